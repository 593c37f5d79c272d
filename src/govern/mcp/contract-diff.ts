// What differs between two contracts of a server, part by part, in lines for a person.
import type { Json } from "#guard/toolcall/tool-call.ts";
import {
  type Contract,
  type Definition,
  definitionDigest,
  definitionParts,
  partKey,
  type Skill,
} from "./contract.ts";

/** One part that differs: where, how, and the old and the new text of each piece of it. */
export type ContractChange = {
  readonly part: "instructions" | "tool" | "prompt" | "template" | "resource" | "skill";
  readonly name: string;
  readonly how: "added" | "removed" | "changed";
  readonly pieces: readonly {
    readonly piece: string;
    readonly before: string;
    readonly after: string;
  }[];
};

const CHANGES_MAX = 4_000;
const TEXT_CHARS_MAX = 400;

/** All changes from one contract to another; none where they are equal. Resources and skills count where both have them. */
export function contractChanges(before: Contract, after: Contract): readonly ContractChange[] {
  const instructions: readonly ContractChange[] =
    before.instructions === after.instructions
      ? []
      : [
          {
            part: "instructions",
            name: "instructions",
            how:
              before.instructions === null
                ? "added"
                : after.instructions === null
                  ? "removed"
                  : "changed",
            pieces: [
              {
                piece: "text",
                before: before.instructions ?? "",
                after: after.instructions ?? "",
              },
            ],
          },
        ];
  return [
    ...instructions,
    ...listChanges("tool", before.tools, after.tools),
    ...listChanges("prompt", before.prompts, after.prompts),
    ...listChanges("template", before.templates, after.templates),
    ...(before.resources === undefined || after.resources === undefined
      ? []
      : listChanges("resource", before.resources, after.resources)),
    ...(before.skills === undefined || after.skills === undefined
      ? []
      : listChanges("skill", before.skills, after.skills).map((one) =>
          withText(one, before, after),
        )),
  ].slice(0, CHANGES_MAX);
}

/** A change of a skill with its text, where that was read: its digest tells a person nothing. */
function withText(change: ContractChange, before: Contract, after: Contract): ContractChange {
  const old = before.texts?.[change.name] ?? "";
  const now = after.texts?.[change.name] ?? "";
  if (old === now || change.how === "removed") return change;
  return { ...change, pieces: [...change.pieces, { piece: "text", before: old, after: now }] };
}

function listChanges(
  part: ContractChange["part"],
  before: readonly (Definition | Skill)[],
  after: readonly (Definition | Skill)[],
): readonly ContractChange[] {
  const names = [...new Set([...before, ...after].map(partKey))].sort();
  return names.flatMap((name): readonly ContractChange[] => {
    const old = before.filter((one) => partKey(one) === name);
    const now = after.filter((one) => partKey(one) === name);
    const [first] = old;
    const [last] = now;
    const isSame =
      old.length === now.length &&
      old.every((one, place) => {
        const other = now[place];
        return other !== undefined && definitionDigest(one) === definitionDigest(other);
      });
    if (isSame) return [];
    if (first === undefined)
      return [{ part, name, how: "added", pieces: piecesOf(undefined, last) }];
    if (last === undefined) return [{ part, name, how: "removed", pieces: [] }];
    const twice =
      old.length === now.length
        ? []
        : [{ piece: "definitions", before: String(old.length), after: String(now.length) }];
    return [{ part, name, how: "changed", pieces: [...piecesOf(first, last), ...twice] }];
  });
}

function piecesOf(
  before: Definition | Skill | undefined,
  after: Definition | Skill | undefined,
): ContractChange["pieces"] {
  const old = before === undefined ? {} : definitionParts(before);
  const now = after === undefined ? {} : definitionParts(after);
  return [...new Set([...Object.keys(old), ...Object.keys(now)])]
    .filter((piece) => piece !== "name" || (old[piece] !== undefined && now[piece] !== undefined))
    .map((piece) => ({ piece, before: textOf(old[piece]), after: textOf(now[piece]) }))
    .filter(({ before: one, after: other }) => one !== other);
}

function textOf(value: Json | undefined): string {
  if (value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Changes as lines: the part, then what stood there with `-` and what stands there with `+`. Not printable yet. */
export function changeLines(changes: readonly ContractChange[]): readonly string[] {
  return changes.flatMap(({ part, name, how, pieces }) => [
    part === "instructions" ? `instructions ${how}` : `${part} ${name}: ${how}`,
    ...pieces.flatMap(({ piece, before, after }) => [
      `  ${piece}`,
      ...(before === "" ? [] : [`    - ${around(before, after)}`]),
      ...(after === "" ? [] : [`    + ${around(after, before)}`]),
    ]),
  ]);
}

/** A text cut to the place where it begins to differ. */
function around(text: string, other: string): string {
  let same = 0;
  while (same < text.length && text[same] === other[same]) same += 1;
  const start = text.length <= TEXT_CHARS_MAX ? 0 : Math.max(0, same - 80);
  const cut = text.slice(start, start + TEXT_CHARS_MAX);
  return `${start > 0 ? "… " : ""}${cut}${start + TEXT_CHARS_MAX < text.length ? " …" : ""}`;
}
