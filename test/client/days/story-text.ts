// The hand-written days as text files: kinds of project with their words, stories that name those words, and the calls they make.
import { readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";

/** What the agent calls, before it is put into a project. */
export type Step =
  | { readonly tool: "Bash"; readonly command: string; readonly isBackground: boolean }
  | { readonly tool: "Read" | "Edit" | "Write"; readonly path: string }
  | { readonly tool: "Grep"; readonly pattern: string; readonly path: string | undefined }
  | { readonly tool: "Glob"; readonly pattern: string }
  | { readonly tool: "WebFetch"; readonly url: string }
  | { readonly tool: "WebSearch" | "TodoWrite" | "Agent"; readonly text: string };

/** One session: a kind of project, what is done in it, and the calls in order. */
export type Day = {
  readonly kind: string;
  readonly story: string;
  readonly words: ReadonlyMap<string, string>;
  /** Commands of a shell that put the project into the state in which the session finds it. */
  readonly before: readonly string[];
  readonly steps: readonly Step[];
};

/** Times that a word may name another. */
const DEPTH_MAX = 4;

/** All days: each story in each kind of project, and the day that each kind has of its own. Throws where a text is wrong. */
export function allDays(): readonly Day[] {
  const common = sectionsOf(textOf("stories.txt")).stories;
  const names = readdirSync(new URL("kinds/", import.meta.url)).sort();
  return names.flatMap((name) => {
    const { words, stories } = sectionsOf(textOf(`kinds/${name}`));
    const kind = basename(name, ".txt");
    return [...common, ...stories].map(({ title, lines }) => ({
      kind,
      story: title,
      words,
      before: [],
      steps: lines.flatMap((line) => stepsOf(line, words, `${kind}, ${title}`)),
    }));
  });
}

/** The table of ordinary calls as days: each section is a session in a project of its kind. Throws where the text is wrong. */
export function ordinaryDays(): readonly Day[] {
  return sectionsOf(textOf("ordinary.txt")).stories.map(({ title, lines }) => {
    const [kind = "", story = ""] = title.split(": ");
    const words = new Map<string, string>();
    const isBefore = (line: string) => line.startsWith("! ");
    return {
      kind,
      story,
      words,
      before: lines.filter(isBefore).map((line) => line.slice(2)),
      steps: lines.filter((line) => !isBefore(line)).flatMap((line) => stepsOf(line, words, title)),
    };
  });
}

type Section = { readonly title: string; readonly lines: readonly string[] };

function textOf(name: string): string {
  return readFileSync(fileURLToPath(new URL(name, import.meta.url)), "utf8");
}

function sectionsOf(text: string): {
  readonly words: ReadonlyMap<string, string>;
  readonly stories: readonly Section[];
} {
  const [head = "", ...parts] = text.split(/^## /m);
  const isMeant = (line: string) => line !== "" && !line.startsWith("#");
  const words = new Map(
    head
      .split("\n")
      .filter(isMeant)
      .map((line) => {
        const [name = "", ...rest] = line.split(" = ");
        return [name, rest.join(" = ").replaceAll("¶", "\n")] as const;
      }),
  );
  const stories = parts.map((part) => {
    const [title = "", ...lines] = part.split("\n");
    return { title, lines: lines.filter(isMeant) };
  });
  return { words, stories };
}

function stepsOf(line: string, words: ReadonlyMap<string, string>, where: string): readonly Step[] {
  let filled = line;
  for (let depth = 0; depth < DEPTH_MAX; depth += 1)
    // Templates of other programs have two braces, or a sign before the one.
    filled = filled.replace(/(?<![{$%])\{([a-zA-Z]\w*)\}/g, (_, name: string) => {
      const word = words.get(name);
      if (word === undefined) throw new Error(`${where}: there is no word \`${name}\``);
      return word;
    });
  const text = filled.replaceAll("¶", "\n");
  const rest = text.slice(2);
  switch (text.slice(0, 2)) {
    case "$ ":
    case "& ":
      return [{ tool: "Bash", command: rest, isBackground: text.startsWith("&") }];
    case "R ":
      return [{ tool: "Read", path: rest }];
    case "E ":
      return [{ tool: "Edit", path: rest }];
    case "W ":
      return [{ tool: "Write", path: rest }];
    case "G ": {
      const [pattern = "", path] = rest.split(" in ");
      return [{ tool: "Grep", pattern, path }];
    }
    case "L ":
      return [{ tool: "Glob", pattern: rest }];
    case "F ":
      return [{ tool: "WebFetch", url: rest }];
    case "S ":
      return [{ tool: "WebSearch", text: rest }];
    case "T ":
      return [{ tool: "TodoWrite", text: rest }];
    case "A ":
      return [{ tool: "Agent", text: rest }];
    default:
      throw new Error(`${where}: the line \`${line}\` begins with no mark of a tool`);
  }
}
