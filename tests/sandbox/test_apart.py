import subprocess
import sys


def test_the_sandbox_loads_nothing_else_of_ours():
    script = (
        "import sys, track_service.sandbox\n"
        "print(*sorted(m for m in sys.modules if m.startswith('track_service.')))"
    )

    out = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    loaded = out.stdout.split()
    assert "track_service.sandbox.box" in loaded
    assert all(name.startswith("track_service.sandbox") for name in loaded)
