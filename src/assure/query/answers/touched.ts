// Everything that touched one file, branch or package.
import type { NameKind } from "#record/event/readable-part.ts";
import {
  BELOW,
  belowOf,
  callWords,
  NEWEST_FIRST,
  newestFirst,
  outcomeCounts,
  plainSaid,
} from "./call-rows.ts";
import { columns, type Given, type NamedQuestion, quoted, type Taken } from "./named-question.ts";
import { type ToldCall, toldCalls, type Verb, verbOf } from "./told-calls.ts";

const COLUMNS = columns(
  {
    time_ms: "when",
    user: "who",
    came: "outcome",
    how: "how",
    name: "which",
    event: "event",
    call: "call",
  },
  BELOW,
);

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
    about: `a call that is about the ${noun}: who, in which session, how, how it ended, and why`,
    takes: { [what]: taken },
    defaultMs: undefined,
    begins: (given) => `kind:decision ${what}:${quoted(wanted(given))}`,
    follows: { kinds: ["result"], of: "calls" },
    answer(asked) {
      const sought = wanted(asked.given);
      const found = toldCalls(asked.events).flatMap((call) => {
        const touched = touches(call, how, (name) => isMeant(name, sought));
        return touched.length === 0 ? [] : [{ index: call.index, call, touched }];
      });
      const rows = newestFirst(found).flatMap(({ call, touched }) =>
        touched.map(({ verb, name }) => [
          ...[call.timeMs, call.user, call.came, verb, name, call.index],
          ...[plainSaid(call.said), ...belowOf(call, asked)],
        ]),
      );
      return {
        title: `Everything that touched the ${noun} ${sought}`,
        summary: outcomeCounts(found.map(({ call }) => call)),
        columns: COLUMNS,
        rows,
        order: NEWEST_FIRST,
        words: callWords(),
        notCovered,
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
    "calls about a folder above it or a pattern that matches it, what project code did that a call ran, and changes that no agent made: the history of the repository has those.",
});

export const touchedBranch: NamedQuestion = touched({
  id: "touched-branch",
  what: "branch",
  noun: "branch",
  taken: { about: "a branch or tag", example: "main", isNeeded: true },
  how: { branches: ["changed", "change"] },
  isMeant: (name, wanted) => `/${name.toLowerCase()}`.endsWith(`/${wanted.toLowerCase()}`),
  notCovered:
    "commits made while the branch was checked out, because such a command does not name it, and pushes that no agent made.",
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
