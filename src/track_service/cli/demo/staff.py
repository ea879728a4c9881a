"""The demo's one user of the console, who sees every shop."""

from track_service.app import Service
from track_service.services import users
from track_service.services.users import COMMAND

EMAIL = "staff@demo.example"


def add_staff(of: Service) -> str:
    """Add the user; return the password, made for this run alone."""
    wall = of.clock.wall()
    with of.database.write() as session:
        made = users.add(session, EMAIL, "Demo staff", wall=wall, actor=COMMAND)
        users.set_admin(session, made, is_admin=True, wall=wall, actor=COMMAND)
        password = users.new_password(
            session, made, mint=of.mint, wall=wall, actor=COMMAND
        )
        session.commit()
    return password
