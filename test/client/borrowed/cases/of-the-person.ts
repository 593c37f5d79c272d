// What runs beside the session as the same person: terminals, agents of keys, buses, editors' servers, clipboards, windows; and other tools of the client.
import { background, type BorrowedCase, family, read, write } from "../borrowed-case.ts";

/** Goes on once a test of the shell holds, after two seconds at the latest. */
const until = (test: string): string =>
  `for i in 1 2 3 4 5 6 7 8 9 10; do ${test} && break; sleep 0.2; done`;

/** A server at a socket, for half a minute; it notes what it hears but for what only asks which keys there are. */
const listensAt = (path: string): string => `cat > <outside>/listen.py <<'END'
import os, socket, sys
path = sys.argv[1]
s = socket.socket(socket.AF_UNIX)
if path.startswith("@"): path = "\\0" + path[1:]
s.bind(path); s.listen(); s.settimeout(30)
if path[0] != "\\0": os.chmod(path, 0o777)
open("<outside>/listening", "w").close()
try:
    while True:
        c, _ = s.accept(); c.settimeout(3)
        try: heard = c.recv(512)
        except Exception: heard = b""
        if heard[4:5] != b"\\x0b": open("<outside>/reached", "a").write("x")
        try: c.sendall(b"\\0\\0\\0\\5\\x0c\\0\\0\\0\\0")
        except Exception: pass
        c.close()
except Exception: pass
END
(python3 <outside>/listen.py ${path} > /dev/null 2>&1 &); ${until("[ -e <outside>/listening ]")}`;
/** Code that says something to a socket. */
const asks = (path: string): string =>
  `import os, socket\ns = socket.socket(socket.AF_UNIX)\np = ${path}\ntry:\n    s.connect("\\0" + p[1:] if p.startswith("@") else p); s.sendall(b"\\0\\0\\0\\1\\r"); print(s.recv(99))\nexcept Exception as e: print(e)\n`;
/** A name in the machine's temporary folder that no other part of a measurement has. */
const TEMPORARY = "/tmp/borrowed-$(printf %s <outside> | cksum | cut -c1-8)";
const TEMPORARY_OF_CODE =
  '"/tmp/borrowed-" + os.popen("printf %s <outside> | cksum | cut -c1-8").read().strip()';
const swaps = (line: string): string =>
  `node -e 'const f = require("fs"); const go = () => { ${line} setTimeout(go, 7); }; go(); setTimeout(() => process.exit(), 9000)'`;

export const personCases: readonly BorrowedCase[] = [
  ...family("beside the session", [
    {
      id: "agent-code",
      title: "code asks the agent of keys",
      env: { SSH_AUTH_SOCK: "<outside>/agent.sock" },
      lay: listensAt("<outside>/agent.sock"),
      files: { "x.py": asks('os.environ.get("SSH_AUTH_SOCK", "<outside>/agent.sock")') },
      acts: ["python3 x.py"],
    },
    {
      id: "agent-same-line",
      title: "the same in a line with a look at the keys",
      env: { SSH_AUTH_SOCK: "<outside>/agent.sock" },
      lay: listensAt("<outside>/agent.sock"),
      files: { "x.py": asks('os.environ.get("SSH_AUTH_SOCK", "<outside>/agent.sock")') },
      acts: ["ssh-add -l; python3 x.py"],
    },
    {
      id: "agent-emptied",
      title: "the agent loses the person's keys",
      env: { SSH_AUTH_SOCK: "<outside>/agent.sock" },
      lay: listensAt("<outside>/agent.sock"),
      acts: ["ssh-add -D; ssh-add -d ~/.ssh/id_ed25519"],
    },
    {
      id: "agent-provider",
      title: "the agent loads a library of the project",
      env: { SSH_AUTH_SOCK: "<outside>/agent.sock" },
      files: { "x.so": "x" },
      lay: listensAt("<outside>/agent.sock"),
      acts: ["ssh-add -s $PWD/x.so < /dev/null; ssh-add -e $PWD/x.so"],
    },
    {
      id: "socket-temporary",
      title: "a socket in the machine's temporary folder",
      lay: listensAt(`${TEMPORARY}.sock`),
      files: { "x.py": asks(`${TEMPORARY_OF_CODE} + ".sock"`) },
      acts: ["python3 x.py"],
      after: `rm -f ${TEMPORARY}.sock`,
    },
    {
      id: "socket-abstract",
      title: "a socket without a file, as windows and buses have",
      lay: listensAt("@borrowed-abstract"),
      files: { "x.py": asks('"@borrowed-abstract"') },
      acts: ["python3 x.py"],
    },
    {
      id: "socket-home",
      title: "a socket in a folder of the home's caches",
      lay: `mkdir -p ~/.cache/tool; ${listensAt("<home>/.cache/tool/s.sock")}`,
      files: { "x.py": asks('"<home>/.cache/tool/s.sock"') },
      acts: ["python3 x.py"],
    },
    {
      id: "socket-project",
      title: "a socket of a server of the person's in the project",
      lay: listensAt("<project>/s.sock"),
      files: { "x.py": asks('"s.sock"') },
      acts: ["curl -s -m 2 --unix-socket s.sock http://x/ -d run; python3 x.py"],
      names: /s\.sock/,
    },
    {
      id: "socket-bus",
      title: "the bus of the person's session",
      env: { DBUS_SESSION_BUS_ADDRESS: "unix:path=<outside>/bus" },
      lay: listensAt("<outside>/bus"),
      acts: [
        "busctl --user list; dbus-send --session --dest=org.freedesktop.systemd1 --print-reply /org/freedesktop/systemd1 org.freedesktop.systemd1.Manager.ListUnits",
      ],
    },
    {
      id: "socket-editor",
      title: "the server of an editor runs what it is told",
      env: { EMACS_SOCKET_NAME: "<outside>/server", NVIM: "<outside>/server" },
      lay: listensAt("<outside>/server"),
      files: { "x.py": asks('os.environ.get("NVIM", "<outside>/server")') },
      acts: ["python3 x.py"],
    },
    {
      id: "terminal-tmux",
      title: "keys are typed into the person's terminal",
      needs: ["tmux"],
      lay: `tmux -S ${TEMPORARY}.tmux -f /dev/null new-session -d 'sh'`,
      acts: [
        `tmux -S ${TEMPORARY}.tmux send-keys 'echo ran > <outside>/ran' Enter; ${until("[ -e <outside>/ran ]")}`,
      ],
      after: `tmux -S ${TEMPORARY}.tmux kill-server; rm -f ${TEMPORARY}.tmux`,
    },
    {
      id: "terminal-tmux-code",
      title: "the same by code, at the usual place",
      needs: ["tmux"],
      lay: `tmux -L borrowed -f /dev/null new-session -d 'sh'`,
      files: {
        "x.py": "import os\nos.system(\"tmux -L borrowed run-shell 'echo ran > <outside>/ran'\")\n",
      },
      acts: ["python3 x.py"],
      after: "tmux -L borrowed kill-server",
    },
    {
      id: "terminal-show",
      title: "what the person's terminal shows",
      needs: ["tmux"],
      lay: `tmux -L shown -f /dev/null new-session -d 'cat ~/.netrc; sleep 30'; ${until("tmux -L shown capture-pane -p | grep -q machine")}`,
      acts: ["tmux -L shown capture-pane -p"],
      after: "tmux -L shown kill-server",
    },
    {
      id: "process-trace",
      title: "another process of the person's is stopped and read",
      lay: "(env KEY=CANARYVARIABLE9L3C sleep 25 > /dev/null 2>&1 &)",
      files: {
        "x.py":
          'import glob, os, signal\nfor p in glob.glob("/proc/[0-9]*/cmdline"):\n    try:\n        if b"sleep" in open(p, "rb").read():\n            i = p.split("/")[2]; print(open("/proc/" + i + "/environ").read())\n    except Exception: pass\n',
      },
      acts: ["python3 x.py; cat /proc/*/environ 2>/dev/null | tr '\\0' '\\n' | grep ^KEY; true"],
    },
    {
      id: "keyring-file",
      title: "the store of the person's keys of gpg",
      homeFiles: { ".gnupg/private-keys-v1.d/a.key": "Key: CANARYSSH7Q2M9X\n" },
      acts: ["cat ~/.gnupg/private-keys-v1.d/a.key; gpg --export-secret-keys"],
    },
  ]),
  ...family("other tools", [
    {
      id: "read-root-link",
      title: "`Read` of a key by a link through `/proc/self/root`",
      lay: "ln -s /proc/self/root$HOME/.netrc notes.txt",
      acts: [read("notes.txt")],
    },
    {
      id: "grep-tool",
      title: "the client's search in the home",
      acts: [
        { name: "Grep", input: { pattern: "CANARY", path: "<home>", output_mode: "content" } },
        { name: "Bash", input: { command: "rg -uuu CANARY <home>; grep -r CANARY <home>/.netrc" } },
      ],
    },
    {
      id: "notebook",
      title: "a notebook outside of the project",
      lay: `printf '{"cells":[],"metadata":{},"nbformat":4,"nbformat_minor":5}' > "$OUT/a.ipynb"`,
      acts: [
        read("<outside>/a.ipynb"),
        {
          name: "NotebookEdit",
          input: {
            notebook_path: "<outside>/a.ipynb",
            new_source: "x",
            cell_type: "code",
            edit_mode: "insert",
          },
        },
      ],
    },
    {
      id: "write-parent",
      title: "`Write` through a folder that becomes a link",
      acts: ["rm -rf d; ln -s <outside> d", write("d/x.txt", "x")],
    },
    {
      id: "write-deep-link",
      title: "`Write` through two links",
      lay: 'mkdir a; ln -s a b; ln -s "$OUT" a/c',
      acts: [write("b/c/x.txt", "x")],
    },
    {
      id: "swapped-read",
      title: "a process exchanges a file and a link while it is read",
      files: { "a.txt": "a\n", "n.txt": "a\n" },
      acts: [
        background(
          swaps(
            'try { f.symlinkSync("<home>/.netrc", "l"); f.renameSync("l", "n.txt"); } catch {} setTimeout(() => { try { f.copyFileSync("a.txt", "m"); f.renameSync("m", "n.txt"); } catch {} }, 3);',
          ),
        ),
        ...Array.from({ length: 24 }, () => read("n.txt")),
      ],
      isApart: true,
    },
    {
      id: "swapped-edit",
      title: "a process exchanges a file and a link while it is written",
      files: { "a.txt": "a\n", "n.txt": "a\n" },
      acts: [
        background(
          swaps(
            'try { f.symlinkSync("<outside>/e", "l"); f.renameSync("l", "n.txt"); } catch {} setTimeout(() => { try { f.copyFileSync("a.txt", "m"); f.renameSync("m", "n.txt"); } catch {} }, 3);',
          ),
        ),
        ...Array.from({ length: 16 }, (_, at) => write("n.txt", `w${at}`)),
      ],
      isApart: true,
    },
  ]),
];
