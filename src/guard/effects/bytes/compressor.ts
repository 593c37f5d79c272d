// Programs that compress files in place: `x` becomes `x.gz`, and back.
import {
  append,
  hole,
  literal,
  sourcesOf,
  type Text,
  type TextSet,
  textOf,
} from "../../shell/values/text.ts";
import { mapBinary, packedBy, packedIn, textOfBinary } from "../../shell/values/bytes.ts";
import {
  type CommandModel,
  type Consequence,
  command,
  type Invocation,
  type ModelContext,
  type OptionSpec,
} from "../model/command-model.ts";
import { deletes, prints, reads, writes } from "../model/consequences.ts";
import { compresses } from "./archive.ts";
import { inputsOf, isFile, listedFiles, madeOf } from "../model/filter.ts";

/** What tells one compressor from another. Keys of `options` that mean something are those read below. */
export type Compressor = {
  readonly names: readonly string[];
  /** Names under which it unpacks; those of `printing` unpack to the output. */
  readonly unpacking: readonly string[];
  readonly printing: readonly string[];
  /** Suffixes that unpacking takes away, and what it puts in their place. */
  readonly suffixes: Readonly<Record<string, string>>;
  readonly added: string;
  /** Names that are scripts around the first one. */
  readonly scripts?: readonly string[];
  /** Where a dictionary that is made of the input goes unless told otherwise. */
  readonly dictionary?: string;
  /** Whether a second operand is the output, unless the option `many` is given. */
  readonly isOutputSecond?: true;
  /** Whether the input is deleted unless told otherwise. */
  readonly deletesInput: boolean;
  /**
   * `unpack`, `stdout`, `keep`, `remove`, `look`, `recursive`, `suffix`, `restore`, `output`, `lists`, `dictionary`,
   * `flatFolder`, `mirrorFolder`, `trains`, `many`.
   */
  readonly options: Readonly<Record<string, OptionSpec>>;
  /** The bytes that packed ones hold, where that is worked out here. */
  readonly unpackedOf?: (binary: string, name: string) => string | undefined;
};

/** A model of one. */
export function compressor(spec: Compressor): CommandModel {
  return command({
    names: spec.names,
    options: spec.options,
    effects: (invocation, context) => effectsOf(spec, invocation, context),
  });
}

function effectsOf(
  spec: Compressor,
  invocation: Invocation,
  context: ModelContext,
): readonly Consequence[] {
  const { has, values, name, stdin } = invocation;
  // Without a value the list comes in.
  const named = has("lists") && values("lists").length === 0 ? [literal("-")] : values("lists");
  const lists = named.map((list) => listedFiles(list, /[\n\0]/, invocation, context));
  const isNamedBehind =
    spec.isOutputSecond === true && !has("many") && invocation.operands.length === 2;
  const given = isNamedBehind ? invocation.operands.slice(0, 1) : invocation.operands;
  const operands = [...given, ...lists.flatMap((list) => list.names)];
  const { opened, texts } = inputsOf(operands, stdin, context);
  const isListed = lists.some(({ consequences }) => consequences.some(isUnknown));
  const found: Consequence[] = [
    ...compresses(spec.scripts?.includes(name) === true ? spec.names.slice(0, 1) : []),
    ...lists.flatMap(({ consequences }) => consequences),
    ...(isListed ? [writes(ANYWHERE, "create"), deletes(ANYWHERE, "entry")] : []),
    ...values("dictionary").map((path) => reads(path)),
  ];
  const unpacks =
    (has("unpack") || spec.unpacking.includes(name) || spec.printing.includes(name)) &&
    !has("pack");
  const isOne = operands.length < 2 && !has("look") && !has("recursive") && !has("dictionary");
  const result = isOne
    ? unpacks
      ? texts.flatMap((text) => unpackedFrom(text, spec, name))
      : packedBy(spec.names[0] ?? "", texts)
    : madeOf(texts);
  const trained = has("trains") ? literal(spec.dictionary ?? "dictionary") : undefined;
  const behind = isNamedBehind ? invocation.operands[1] : undefined;
  const output = values("output").at(-1) ?? trained ?? behind;
  const printed = operands.length === 0 || has("stdout") || spec.printing.includes(name);
  if (has("recursive")) found.push(...operands.filter(isFile).map((path) => reads(path, "tree")));
  else found.push(...opened);
  if (output !== undefined && !has("look")) {
    found.push(writes(output, "create", { content: result }));
    return [...found, ...removed(has("remove"), operands)];
  }
  if (printed || has("look")) return [...found, prints(result)];
  const suffix = values("suffix").at(-1);
  const removes = (spec.deletesInput && !has("keep")) || has("remove");
  const folders = [...values("flatFolder"), ...values("mirrorFolder")];
  if (folders.length > 0) {
    for (const folder of folders)
      found.push(writes(folder, "create", { reach: "tree", content: result }));
    return [...found, ...removed(removes, operands)];
  }
  for (const path of operands.filter(isFile)) {
    if (has("recursive") && !context.isFile(path)) {
      found.push(writes(path, "change", { reach: "tree", content: result }));
      if (removes) found.push(deletes(path, "tree"));
      continue;
    }
    const targets = unpacks ? unpacked(path, spec, suffix) : [packed(path, spec, suffix)];
    found.push(...targets.map((target) => writes(target, "create", { content: result })));
    if (has("restore")) found.push(writes(beside(path), "create", { content: result }));
  }
  return [...found, ...removed(removes, operands)];
}

/** What a program of the family unpacks from a text: what one of it packed, or what known bytes hold. */
function unpackedFrom(text: Text, spec: Compressor, name: string): TextSet {
  const bytes = packedIn(text, spec.names[0] ?? "");
  if (bytes !== undefined) return [textOfBinary(bytes, "unmodelled", sourcesOf([text]))];
  return mapBinary([text], (binary) => spec.unpackedOf?.(binary, name), "unmodelled");
}

const ANYWHERE: Text = [hole("dynamic-path")];

function isUnknown(consequence: Consequence): boolean {
  return consequence.kind === "unknown";
}

function removed(removes: boolean, operands: readonly Text[]): readonly Consequence[] {
  return removes ? operands.filter(isFile).map((path) => deletes(path, "entry")) : [];
}

function packed(path: Text, spec: Compressor, suffix: Text | undefined): Text {
  return append(path, suffix ?? literal(spec.added));
}

function unpacked(path: Text, spec: Compressor, suffix: Text | undefined): readonly Text[] {
  const value = textOf(path);
  const own = suffix === undefined ? "" : (textOf(suffix) ?? "");
  if (value === undefined) return [beside(path)];
  const endings = own === "" ? spec.suffixes : { [own]: "", ...spec.suffixes };
  const found = Object.entries(endings).filter(([ending]) => value.endsWith(ending));
  // A file of another name is not unpacked, or gets `.out`; both lie beside it. Without a suffix `x` may mean `x.gz`.
  if (found.length === 0) return [literal(`${value}.out`), path];
  return found.map(([ending, instead]) => literal(value.slice(0, -ending.length) + instead));
}

/** Some name in the same directory. */
function beside(path: Text): Text {
  const value = textOf(path);
  const name = hole("unmodelled", { splits: false, like: "*" });
  if (value === undefined) return [hole("unmodelled")];
  return append(literal(value.slice(0, value.lastIndexOf("/") + 1)), [name]);
}
