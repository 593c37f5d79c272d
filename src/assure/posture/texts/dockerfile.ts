// Instructions of a Dockerfile with their lines, continued lines joined, by stage.

/** One instruction. `name` is upper case, `line` counts from 1 and is its first. `stage` counts the FROM lines, from 1. */
export type DockerInstruction = {
  readonly name: string;
  readonly rest: string;
  readonly line: number;
  readonly stage: number;
};

/** Lines of a Dockerfile that are read. */
const LINES_MAX = 5_000;

/** The instructions in their order. Comments, blank lines and the bodies of here-documents are no instructions. */
export function readDockerfile(text: string): readonly DockerInstruction[] {
  const found: DockerInstruction[] = [];
  const lines = text.split(/\r?\n/).slice(0, LINES_MAX);
  let stage = 0;
  for (let index = 0; index < lines.length; index += 1) {
    const first = index;
    let whole = lines[index] ?? "";
    if (/^\s*(?:#|$)/.test(whole)) continue;
    while (/\\\s*$/.test(whole) && index + 1 < lines.length) {
      index += 1;
      const next = lines[index] ?? "";
      whole = whole.replace(/\\\s*$/, " ") + (/^\s*#/.test(next) ? "\\" : next);
    }
    const [, name = "", rest = ""] = /^\s*([A-Za-z]+)\s+([\s\S]*)$/.exec(whole) ?? [];
    const mark = /<<-?\s*["']?(\w+)["']?/.exec(rest)?.[1];
    const body: string[] = [];
    if (mark !== undefined && /^(?:RUN|COPY|ADD)$/i.test(name)) {
      while (index + 1 < lines.length && lines[index + 1]?.trim() !== mark) {
        index += 1;
        body.push(lines[index] ?? "");
      }
      index += 1;
    }
    if (name === "") continue;
    if (/^from$/i.test(name)) stage += 1;
    const joined = [rest.trim(), ...body].join("\n");
    found.push({ name: name.toUpperCase(), rest: joined, line: first + 1, stage });
  }
  return found;
}
