// 7z: packs and unpacks archives of many kinds; options are glued to their values.
import {
  append,
  dropKnown,
  knownPrefix,
  literal,
  type Text,
  textOf,
  type TextSet,
} from "../../shell/values/text.ts";
import { HERE, unpacksAnywhere, unpacksInto } from "../bytes/archive.ts";
import {
  type CommandModel,
  type Consequence,
  command,
  type Invocation,
  type ModelContext,
} from "../model/command-model.ts";
import { deletes, prints, reads, writes } from "../model/consequences.ts";
import { cannotTell, listedFiles, madeOf, possibleOptions } from "../model/filter.ts";

const HARMLESS =
  /^-(?:y|bb\d?|bd|bs[oep]\d?|bt|p.*|r[-0]?|t.*|m.*|ssc-?|ssw|slt|slp|scs.*|scc.*|sccUTF-8|stl|stm.*|sns-?|sni|snl|snh|snc|spd|spe|ssp|v\d.*|x[r]?[-0]?!.*|xr!.*|ao[astu]|ba|an|u.*|i!.*|ir!.*|scrc.*|-)$/;

export const sevenZip: CommandModel = command({
  names: ["7z", "7za", "7zr", "7zz", "p7zip"],
  own: "a value is only ever glued to its switch, of any length (`-mx9`, `-ao:a`), and a sign behind one turns it off: no word behind it is ever its value",
  options: {},
  effects: (invocation, context) => {
    const { args, stdin } = invocation;
    const options = args.filter((word) => /^-./.test(knownPrefix(word)));
    const operands = args.filter((word) => !/^-./.test(knownPrefix(word)));
    const [verb, archive, ...words] = operands;
    const given = (start: string): boolean =>
      options.some((word) => knownPrefix(word).startsWith(start));
    const found: Consequence[] = options
      .filter(
        (word) =>
          !HARMLESS.test(textOf(word) ?? "?") &&
          !/^-(?:o|w|si|so|sdel|spf)/.test(knownPrefix(word)),
      )
      .map((word) =>
        cannotTell(
          "unknown-option",
          `an option of 7z that sallyport does not know: \`${knownPrefix(word)}\``,
        ),
      );
    found.push(...possibleOptions("7z", operands));
    const lists = [...words, ...(archive === undefined ? [] : [archive])].filter((word) =>
      knownPrefix(word).startsWith("@"),
    );
    const listed = lists.map((word) =>
      listedFiles(dropKnown(word, 1), /\r?\n/, invocation, context),
    );
    found.push(...listed.flatMap(({ consequences }) => consequences));
    const members = [
      ...words.filter((word) => !lists.includes(word)),
      ...listed.flatMap(({ names }) => names),
    ];
    if (archive === undefined) return [...found, prints(madeOf([]))];
    const content = given("-si") ? (stdin ?? []) : context.contentOf(archive);
    switch (textOf(verb ?? [])) {
      case "a":
      case "u":
      case "d":
      case "rn":
        return [...found, ...packs(invocation, { options, given, archive, members }, context)];
      case "x":
      case "e":
        return [...found, ...unpacks({ options, given, archive }, content)];
      case "l":
      case "t":
        return [...found, reads(archive), prints(madeOf(content))];
      case "h":
        return [
          ...found,
          ...[archive, ...members].map((path) => reads(path, "tree")),
          prints(madeOf([])),
        ];
      case "b":
      case "i":
        return [...found, prints(madeOf([]))];
      default:
        return [
          ...found,
          cannotTell("unknown-option", "a verb of 7z that sallyport does not know"),
        ];
    }
  },
});

/** The words of a call by what they are. */
type Words = {
  readonly options: readonly Text[];
  /** Whether an option begins so. */
  readonly given: (start: string) => boolean;
  readonly archive: Text;
};

/** Files are put into an archive, or taken out of its list. */
function packs(
  { args, stdin }: Invocation,
  { options, given, archive, members }: Words & { readonly members: readonly Text[] },
  context: ModelContext,
): readonly Consequence[] {
  const verb = args.find((word) => !/^-./.test(knownPrefix(word)));
  const files = members.length === 0 && textOf(verb ?? []) === "a" ? [HERE] : members;
  const packed = madeOf([...files.flatMap((path) => context.contentOf(path)), ...(stdin ?? [])]);
  return [
    reads(archive),
    ...files.map((path) => reads(path, "tree")),
    ...[archive, ...suffixed(archive)].map((path) => writes(path, "change", { content: packed })),
    ...options
      .flatMap((word) => /^-u[^!]*!(.+)$/s.exec(textOf(word) ?? "")?.[1] ?? [])
      .map((path) => writes(literal(path), "create", { content: packed })),
    ...(given("-sdel") ? files.map((path) => deletes(path, "tree")) : []),
    prints(given("-so") ? packed : madeOf([])),
  ];
}

/** What an archive holds lies in a directory afterwards, or is printed. */
function unpacks({ options, given, archive }: Words, content: TextSet): readonly Consequence[] {
  const places = options
    .filter((word) => knownPrefix(word).startsWith("-o"))
    .map((word) => dropKnown(word, 2));
  const into: readonly Text[] = places.length === 0 ? [HERE] : places;
  return [
    reads(archive),
    ...(given("-so") ? [] : into.map((place) => unpacksInto(place, content))),
    ...(given("-spf") ? [unpacksAnywhere(content)] : []),
    prints(given("-so") ? madeOf(content) : madeOf([])),
  ];
}

/** The archive gets a suffix when it has none; a temporary one stands beside it meanwhile. */
function suffixed(archive: Text): readonly Text[] {
  const hasOne = /[^/]\.[^./]+$/.test(textOf(archive) ?? "");
  return [...(hasOne ? [] : [append(archive, literal(".7z"))]), append(archive, literal(".tmp"))];
}
