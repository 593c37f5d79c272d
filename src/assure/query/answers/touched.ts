// Everything that touched one file, branch or package.
import { counted } from "#base/counted.ts";
import type { NameKind } from "#record/event/readable-part.ts";
import { columns, type Given, type NamedQuestion, quoted, type Taken } from "./named-question.ts";
import { type ToldCall, toldCalls, type Verb, verbOf } from "./told-calls.ts";

const COLUMNS = columns({
  time_ms: "when",
  user: "who",
  session: "session",
  how: "how",
  name: "which",
  call: "call",
  came: "what came of it",
  event: "event",
});

type Thing = {
  readonly id: string;
  readonly what: "path" | "branch" | "package";
  readonly noun: string;
  readonly taken: Taken;
  /** How the names of a kind were touched. */
  readonly how: Partial<Readonly<Record<NameKind, Verb>>>;
  isMeant(name: string, wanted: string): boolean;
  readonly notCovered: string;
};

function touched({ id, what, noun, taken, how, isMeant, notCovered }: Thing): NamedQuestion {
  const wanted = (given: Given): string => given[what] ?? "";
  return {
    id,
    title: `Everything that touched a ${noun}`,
    about: `a call that is about the ${noun}: who, in which session, how, and what came of it`,
    takes: { [what]: taken },
    defaultMs: undefined,
    begins: (given) => `kind:decision ${what}:${quoted(wanted(given))}`,
    follows: "kind:result",
    answer({ events, given }) {
      const meant = (name: string): boolean => isMeant(name, wanted(given));
      const rows = toldCalls(events).flatMap((call) =>
        touches(call, how, meant).map(({ verb, name }) => [
          ...[call.timeMs, call.user, call.session, verb, name, call.said, call.came, call.index],
        ]),
      );
      const calls = new Set(rows.map((row) => row.at(-1))).size;
      return {
        title: `Everything that touched the ${noun} ${wanted(given)}`,
        summary: `${counted(calls, "call")} about it`,
        columns: COLUMNS,
        ...{ rows, notCovered },
      };
    },
  };
}

function touches(
  call: ToldCall,
  how: Thing["how"],
  isMeant: (name: string) => boolean,
): readonly { readonly verb: string; readonly name: string }[] {
  return (Object.entries(how) as [NameKind, Verb][]).flatMap(([kind, verb]) =>
    call
      .names(kind)
      .filter(isMeant)
      .map((name) => ({ verb: verbOf(call, verb), name })),
  );
}

/** The parts of a name that follow one another somewhere in another, without regard to case. */
function holdsParts(name: string, wanted: string): boolean {
  const parts = (text: string): string =>
    `/${text
      .toLowerCase()
      .split("/")
      .filter((part) => part !== "" && part !== ".")
      .join("/")}/`;
  return parts(name).includes(parts(wanted));
}

function withoutVersion(name: string): string {
  return name.toLowerCase().replace(/(?<=.)[@=<>~^].*$/, "");
}

export const touchedFile: NamedQuestion = touched({
  id: "touched-file",
  what: "path",
  noun: "file",
  taken: {
    about: "a path, or its last parts, from the project's root, `~` or `/`",
    example: "src/app.ts",
    isNeeded: true,
  },
  how: { reads: ["read", "read"], changes: ["changed", "change"] },
  isMeant: holdsParts,
  notCovered:
    "calls that touched a folder above it or a pattern that holds it, project code that a call ran, and changes that no agent made: the history of the repository has those.",
});

export const touchedBranch: NamedQuestion = touched({
  id: "touched-branch",
  what: "branch",
  noun: "branch",
  taken: { about: "a branch or tag", example: "main", isNeeded: true },
  how: { branches: ["changed", "change"] },
  isMeant: (name, wanted) => `/${name.toLowerCase()}`.endsWith(`/${wanted.toLowerCase()}`),
  notCovered:
    "commits on the branch that was checked out and whose name the command does not say, and pushes that no agent made.",
});

export const touchedPackage: NamedQuestion = touched({
  id: "touched-package",
  what: "package",
  noun: "package",
  taken: { about: "a package, without its version", example: "left-pad", isNeeded: true },
  how: { packages: ["installed", "install"] },
  isMeant: (name, wanted) => withoutVersion(name) === withoutVersion(wanted),
  notCovered:
    "packages that came along as dependencies of others: the lock file has those, and `touched-file` says who changed it.",
});
