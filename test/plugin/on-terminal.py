"""Runs a command on a pseudo-terminal of the given width, prints what it wrote there, and exits as it did.

Usage: on-terminal.py COLUMNS COMMAND...
With INTERRUPT_AFTER=TEXT in the environment, Ctrl-C is typed once TEXT was written.
With TYPE_AFTER=JSON there, a list of [TEXT, KEYS], each KEYS are typed once their TEXT was written since the last ones.
"""

import fcntl
import json
import os
import pty
import struct
import sys
import termios

columns, command = int(sys.argv[1]), sys.argv[2:]
interrupt_after = os.environ.pop("INTERRUPT_AFTER", None)
type_after = json.loads(os.environ.pop("TYPE_AFTER", "[]"))

# Sized before the program starts.
leader, follower = pty.openpty()
fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))

child = os.fork()
if child == 0:
    os.close(leader)
    os.setsid()
    fcntl.ioctl(follower, termios.TIOCSCTTY, 0)
    for stream in (0, 1, 2):
        os.dup2(follower, stream)
    os.execvp(command[0], command)

os.close(follower)
written = b""
seen = 0
while True:
    try:
        piece = os.read(leader, 65536)
    except OSError:
        break
    if not piece:
        break
    written += piece
    if interrupt_after is not None and interrupt_after.encode() in written:
        os.write(leader, b"\x03")
        interrupt_after = None
    if type_after and type_after[0][0].encode() in written[seen:]:
        seen = len(written)
        os.write(leader, type_after.pop(0)[1].encode())

status = os.waitpid(child, 0)[1]
# A terminal turns each newline into two characters.
sys.stdout.buffer.write(written.replace(b"\r\n", b"\n"))
sys.stdout.flush()
sys.exit(os.waitstatus_to_exitcode(status) & 0xFF)
