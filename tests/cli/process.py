"""A command as a process of its own, which a test starts, hears and ends."""

import json
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request

OURS = (sys.executable, "-m", "track_service.cli")
PATIENCE = 180


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Process:
    """`track-service` with these words; `lines` are what it wrote on stdout."""

    def __init__(self, *words, env=None, program=OURS, cwd=None):
        kept = {
            name: os.environ[name]
            for name in ("PATH", "HOME", "LANG")
            if name in os.environ
        }
        coverage = {n: v for n, v in os.environ.items() if n.startswith("COV")}
        self.lines, self._heard = [], queue.Queue()
        self._process = subprocess.Popen(  # noqa: S603
            [*program, *map(str, words)],
            cwd=cwd,
            env={**kept, **coverage, **(env or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.err = []
        self._ears = [
            threading.Thread(target=self._listen),
            threading.Thread(target=lambda: self.err.extend(self._process.stderr)),
        ]
        for ear in self._ears:
            ear.start()

    def _listen(self):
        for line in self._process.stdout:
            self.lines.append(line)
            self._heard.put(line)
        self._heard.put(None)

    def hear(self, words):
        """Wait until it writes a line that holds these words; return the line."""
        while (line := self._heard.get(timeout=PATIENCE)) is not None:
            if words in line:
                return line
        raise AssertionError(f"it ended without {words!r}: {self.lines} {self.err}")

    def end(self, number=signal.SIGTERM):
        """Ask it to end; return its exit code."""
        self._process.send_signal(number)
        return self.wait()

    def wait(self):
        code = self._process.wait(timeout=PATIENCE)
        for ear in self._ears:
            ear.join(PATIENCE)
        return code

    def close(self):
        self._process.kill()
        self.wait()
        self._process.stdout.close()
        self._process.stderr.close()

    @property
    def written(self):
        """All that it wrote, on stdout and stderr."""
        return "".join([*self.lines, *self.err])

    def documents(self):
        """Each line of stdout as the JSON document that it is."""
        return [json.loads(line) for line in self.lines]


def ask(url, data=None):
    """Return status and text of an answer, whatever its status."""
    request = urllib.request.Request(url, data=data)  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def until(condition):
    """Wait until a condition holds. Raises AssertionError where it never does."""
    pause = threading.Event()
    for _ in range(PATIENCE * 20):
        if condition():
            return
        pause.wait(0.05)
    raise AssertionError("it never came true")
