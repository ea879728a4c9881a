"""Commands for operators: exit 0 done, 1 failed with one line on stderr, 2 wrong use."""

from importlib import import_module
from typing import Any

import click

# Each command's module and name, then those of the commands that it gains from others.
_COMMANDS = {
    "alerts": "alerts.alerts",
    "audit": "users.audit",
    "backtest": "backtest.backtest",
    "brand": "brands.brand hosts.host offers.offers notice_rules.rules themes.theme",
    "carriers": "carriers.carriers",
    "cases": "cases.cases",
    "catalogue": "goods.catalogue",
    "channels": "channels.channels",
    "check": "setup.check",
    "db": "database.db",
    "demo": "demo.demo",
    "detect": "detect.detect",
    "feedback": "reviews.feedback",
    "import": "parcels.import_",
    "link": "links.link",
    "new-key": "sealing.new_key",
    "notices": "notices.notices money_spent.costs preview.preview webhooks.replay",
    "poll": "parcels.poll",
    "promises": "promises.promises",
    "purchases": "goods.purchases offers.fit",
    "replay": "parcels.replay",
    "reseal": "sealing.reseal",
    "reviews": "reviews.reviews",
    "run": "running.run",
    "scheduler": "running.scheduler",
    "storefronts": "storefronts.storefronts shop_calls.import_past shop_calls.retry",
    "suppressions": "suppressions.suppressions",
    "unknown-codes": "parcels.unknown_codes",
    "uplift": "offers.uplift",
    "user": "users.user",
    "vouchers": "vouchers.vouchers",
    "web": "running.web",
    "webhook": "webhooks.webhook",
    "worker": "running.worker",
    "zns": "channels.zns",
}


class _Lazy(click.Group):
    """Commands that are imported when they are called.

    So `web` and `worker` start without what only a back-test or the demo needs.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands, imported or not."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Return a command, imported if it was not."""
        if name in _COMMANDS and name not in self.commands:
            command, *parts = map(_imported, _COMMANDS[name].split())
            for part in parts:
                command.add_command(part)
            self.add_command(command)
        return super().get_command(ctx, name)


@click.group(cls=_Lazy)
@click.version_option(package_name="track-service")
def main() -> None:
    """Track Service: shipment tracking and post-purchase."""


def _imported(path: str) -> Any:
    module, _, name = path.partition(".")
    return getattr(import_module(f"{__name__}.{module}"), name)
