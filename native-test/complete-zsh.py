"""complete-zsh.py FUNCTIONS LINE: the line as zsh has it after Tab, in a terminal of its own: line=…=end."""

import os
import pty
import select
import sys
import time

functions, line = sys.argv[1:]
SETUP = """unsetopt zle_bracketed_paste; fpath=(%s $fpath); autoload -Uz compinit && compinit -u -D
setopt auto_list; unsetopt list_ambiguous always_last_prompt; bindkey '^X' expand-or-complete
show() { print -r -- "line=${BUFFER}=end" }; zle -N show; bindkey '^T' show; PS1='ready> '; echo set''up
"""
pid, terminal = pty.fork()
if pid == 0:
    os.environ.update(TERM="dumb", COLUMNS="200", ZDOTDIR="/nonexistent")
    os.execvp("zsh", ["zsh", "-f", "-i"])


def read_until(part):
    """What comes until it holds that; or what has come within a minute."""
    said, deadline = b"", time.monotonic() + 60
    while part not in said and time.monotonic() < deadline:
        if select.select([terminal], [], [], 0.2)[0]:
            said += os.read(terminal, 65536)
    return said


os.write(terminal, (SETUP % functions).encode())
read_until(b"setup\r\n")
os.write(terminal, line.encode() + b"\x18\x14")
said = read_until(b"=end")
print(said.decode(errors="replace"))
os.write(terminal, b"\x15exit\n")
os.close(terminal)
os.waitpid(pid, 0)
