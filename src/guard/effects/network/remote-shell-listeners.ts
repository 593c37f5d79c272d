// Calls that let whoever is on the network run commands here: servers of shells, of debuggers and of editors.
import { byName } from "#base/by-name.ts";

/** An address that others reach: any of this machine's, or one that is not its own loopback. */
const OPEN = "(?:0\\.0\\.0\\.0|\\*|::|\\[::\\])";

/** By program, what a line of words has in it where it is one. `busybox NAME` counts as NAME. */
const DOORS: readonly (readonly [name: RegExp, line: RegExp])[] = [
  [/^(?:in\.)?telnetd$/, /(?:^|\s)-l\s*\S*sh\b|^(?!.*-l)/],
  [
    /^(?:gdbserver|lldb-server)$/,
    new RegExp(`(?:^|\\s)(?:--listen[ =])?'?(?:${OPEN}|:)?:?\\d|${OPEN}:`),
  ],
  [
    /^(?:node|nodejs|tsx|ts-node|bun|nodemon)$/,
    new RegExp(`(?:^|\\s)--inspect(?:-brk|-wait)?=${OPEN}`),
  ],
  [
    /^(?:jupyter|jupyter-\w+|ipython)$/,
    new RegExp(`--(?:\\w+\\.)?ip[= ]${OPEN}(?:.*--\\S*token=(?:\\s|$)|.*--\\S*password=(?:\\s|$))`),
  ],
  [/^(?:nvim|vim)$/, new RegExp(`--listen[ =]${OPEN}:`)],
  [
    /^(?:code|code-insiders|cursor|windsurf|codium)(?:\.exe)?$/,
    /^(?:tunnel(?!\s+(?:help|status|kill|prune|unregister|user\s+logout))|serve-web|.*\s--host[ =]0\.0\.0\.0)/,
  ],
  [/^(?:kubectl|oc)$/, /^run\s.*\s--\s+(?:nc|ncat)\s.*\s-\w*e\s+\S*sh\b/],
];

const doorsOf = byName((program) => DOORS.filter(([names]) => names.test(program)));

/** Whether calls of a program may open one. */
export function mayOpenDoor(name: string): boolean {
  return name === "busybox" || name === "toybox" || doorsOf(name).length > 0;
}

/** Whether a call opens such a door. Words that are not known are undefined. */
export function opensRemoteShell(name: string, words: readonly (string | undefined)[]): boolean {
  const isBox = name === "busybox" || name === "toybox";
  const program = isBox ? words[0] : name;
  if (program === undefined) return false;
  const doors = doorsOf(program);
  if (doors.length === 0) return false;
  const line = (isBox ? words.slice(1) : words).map((word) => word ?? "?").join(" ");
  return doors.some(([, door]) => door.test(line));
}
