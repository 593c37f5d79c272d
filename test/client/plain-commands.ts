// Everyday commands and whether the client runs them without any permission rule.

/** One command. `runsNatively`: in default mode with no rules the client runs it unasked. */
export type PlainCommand = {
  readonly id: string;
  readonly command: string;
  readonly runsNatively: boolean;
};

const refused = [
  "cat <outside>/f.txt",
  "cat /etc/passwd",
  "find . -delete",
  "env",
  "printenv",
  "sort -o zz pub.txt",
  "tee zz",
  "touch zz",
  "curl http://127.0.0.1:9",
  "python3 -c 1",
  "node -e 1",
  "awk 1 pub.txt",
  "sed -i s/P/Q/ pub.txt",
  "cp pub.txt zz",
  "xxd pub.txt",
  "cd <outside> && ls",
  "tar cf zz pub.txt",
  "npm test",
  "echo x > zz",
  "ssh x",
  "nc -l 1",
  "ping -c1 127.0.0.1",
];

const ran = [
  "ls",
  "cat pub.txt",
  "cat .env",
  "git status",
  "git log",
  "grep -r x .",
  "find . -name x",
  "echo hi",
  "pwd",
  "whoami",
  "ps",
  "head -c 10 pub.txt",
  "sed -n 1p pub.txt",
  "base64 .env",
  "ls | wc -l",
  "echo $HOME",
  "diff pub.txt .env",
  "jq . pub.txt",
  "true",
  "sleep 0",
  "git diff --no-index pub.txt .env",
  "cat < .env",
  "date",
  "hostname",
  "history",
  "docker ps",
  "rg x",
  "tree",
  "file pub.txt",
  "stat .env",
  "od pub.txt",
  "strings .env",
];

/** All 54 commands in the measured order. */
export const plainCommands: readonly PlainCommand[] = [
  ...refused.map((command) => ({ command, runsNatively: false })),
  ...ran.map((command) => ({ command, runsNatively: true })),
].map((entry, index) => ({ id: `plain-${String(index + 1).padStart(2, "0")}`, ...entry }));
