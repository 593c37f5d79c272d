// Combinations: commands of the corpus inside the forms in which shells run commands, chosen by a seed.
import { type KernelCase, random } from "./cases.ts";
import { PROFILES } from "./profiles.ts";

/** One way to run a command that keeps what it does. */
type Form = (command: string) => string;

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Forms for any command that is text on its own, here-documents included. */
const FORMS: readonly Form[] = [
  (text) => `(\n${text}\n)`,
  (text) => `{\n${text}\n}`,
  (text) => `if true; then\n${text}\nfi`,
  (text) => `if false; then :; else\n${text}\nfi`,
  (text) => `for i in 1; do\n${text}\ndone`,
  (text) => `for ((i = 0; i < 1; i++)); do\n${text}\ndone`,
  (text) => `n=0; while [ $n -lt 1 ]; do\n${text}\nn=$((n + 1)); done`,
  (text) => `until [ -n "$was" ]; do\n${text}\nwas=1; done`,
  (text) => `case x in x)\n${text}\n;; esac`,
  (text) => `f() {\n${text}\n}; f`,
  (text) => `f() (\n${text}\n); f`,
  (text) => `true && {\n${text}\n}`,
  (text) => `false || {\n${text}\n}`,
  (text) => `x=$(\n${text}\n); echo "$x"`,
  (text) => `{\n${text}\n} 2>&1 | cat`,
  (text) => `{\n${text}\n} > captured.out 2>&1`,
  (text) => `{\n${text}\n} & wait`,
  (text) => `cat <(\n${text}\n)`,
  (text) => `eval ${quoted(text)}`,
  (text) => `bash -c ${quoted(text)}`,
  (text) => `sh -c "$(cat <<'END_OF_TEXT'\nbash -c ${quoted(text)}\nEND_OF_TEXT\n)"`,
  (text) => `bash <<'END_OF_TEXT'\n${text}\nEND_OF_TEXT`,
  (text) => `cat > step.sh <<'END_OF_TEXT'\n${text}\nEND_OF_TEXT\nbash step.sh`,
  (text) => `cat > step.sh <<'END_OF_TEXT'\n${text}\nEND_OF_TEXT\n. ./step.sh`,
  (text) => `printf '%s\\n' ${quoted(text)} | bash`,
  (text) => `env A=1 bash -c ${quoted(text)}`,
  (text) => `nice -n 5 timeout 6 bash -c ${quoted(text)}`,
  (text) => `nohup setsid -w bash -c ${quoted(text)}`,
  (text) => `echo one | xargs -I% bash -c ${quoted(text)}`,
  (text) => `find pub.txt -exec bash -c ${quoted(text)} \\;`,
  (text) => `trap ${quoted(text)} EXIT`,
  (text) => `cmd=${quoted(text)}; eval "$cmd"`,
  (text) => `[[ -d src ]] && {\n${text}\n}`,
  (text) => `echo start; ! {\n${text}\n}; echo end`,
  (text) => `exec 4>&1; {\n${text}\n} 1>&4`,
  (text) => `cd sub && cd .. && {\n${text}\n}`,
];

/** `count` commands, each one of `cases` inside one to three forms; the same ones for the same seed. */
export function combine(
  cases: readonly KernelCase[],
  count: number,
  seed: number,
): readonly KernelCase[] {
  const draw = random(seed);
  const pick = <Element>(from: readonly Element[]): Element => {
    const found = from[Math.floor(draw() * from.length)];
    if (found === undefined) throw new Error("nothing to pick from");
    return found;
  };
  // WHY not all: what kills the shell or never ends says nothing in another form, and bash runs the inner text.
  const inner = cases.filter(
    (one) => one.profiles.includes("bare") && one.command.length < 400 && one.open === undefined,
  );
  return Array.from({ length: count }, () => {
    const one = pick(inner);
    let command = one.command;
    const depth = 1 + Math.floor(draw() * 3);
    for (let at = 0; at < depth; at += 1) command = pick(FORMS)(command);
    return { family: "generated", command, profiles: PROFILES };
  });
}
