// Compilers: what they make, and of which sources; sources and options may make them read any file or load code.
import { baseName } from "#base/path.ts";
import {
  dropKnown,
  EMPTY,
  hole,
  knownPrefix,
  literal,
  sourcesOf,
  type Text,
  textOf,
} from "../../shell/values/text.ts";
import {
  type CommandModel,
  type Consequence,
  command,
  type Invocation,
  type ModelContext,
} from "../model/command-model.ts";
import { prints, writes } from "../model/consequences.ts";
import type { DataSource } from "../../vocabulary/effect.ts";
import { obeysNetwork } from "../languages/heuristics/remote-control.ts";
import { obeysNetworkIn, runsWritten } from "../languages/written-source.ts";
import { isFile, madeOf } from "../model/filter.ts";
import { writesElsewhere } from "../model/output-options.ts";
import { namedFiles } from "../model/verbs.ts";

const ABOUT_ITSELF =
  /^(?:--version|-version|-V|-vV|-dumpversion|-dumpmachine|-print-(?:search-dirs|multiarch|sysroot)|--help|-help)$/;
/** Questions that may stand together: `rustc --version --verbose`, `rustc --print cfg`. */
const ASKS = /^(?:--version|--verbose|-v|--print(?:=[\w-]+)?|cfg|sysroot|target-list|host-tuple)$/;
const SOURCE = /\.(?:c|cc|cpp|cxx|c\+\+|m|mm|h|hpp|s|S|asm|o|a|so|rs|java|kt|zig|f90|cu)$/;

export const compilers: CommandModel = command({
  names: [
    ...["gcc", "g++", "cc", "c++", "clang", "clang++", "gfortran", "nvcc", "zig", "tcc"],
    ...["rustc", "java", "javac", "kotlinc", "nasm", "yasm", "as", "ld"],
  ],
  own: "options are thousands, differ by version, and carry others inside (`-Wl,-o,x`): only those that name files are looked for",
  options: {},
  effects: (invocation, context) => {
    const { name, args } = invocation;
    const words = args.map((word) => textOf(word));
    const isAbout = words.length === 1 && ABOUT_ITSELF.test(words[0] ?? "");
    const asks =
      name === "rustc" && words.length > 0 && words.every((word) => ASKS.test(word ?? ""));
    if (isAbout || asks) return [prints(madeOf(EMPTY))];
    return [
      ...namedFiles(args, context),
      ...makes(invocation, context),
      // The file of `-o` is told above, with what it is made of.
      ...(words.some((word) => word?.startsWith("-o")) ? [] : writesElsewhere(args)),
      // `java Main.java` compiles and runs.
      ...(name === "java" ? [...runsWritten(args, context), ...runsNamesake(args, words)] : []),
      {
        kind: "effect",
        effect: { kind: "execute", program: name, origin: "system", reach: "unbounded" },
      },
      prints(madeOf(EMPTY)),
    ];
  },
});

/** Programs that come as an archive and are known by their own name too. */
const NAMESAKES: readonly (readonly [RegExp, string])[] = [
  [/^bfg\b/i, "bfg"],
  [/^liquibase\b/i, "liquibase"],
  [/^flyway\b/i, "flyway"],
  [/^plantuml\b/i, "plantuml"],
  [/^openapi-generator\b/i, "openapi-generator-cli"],
];

/** `java -jar bfg-1.14.jar -D x` does what `bfg -D x` does. */
function runsNamesake(
  args: readonly Text[],
  words: readonly (string | undefined)[],
): readonly Consequence[] {
  const at = words.indexOf("-jar");
  const archive = at < 0 ? "" : baseName(words[at + 1] ?? "");
  const found = NAMESAKES.find(([pattern]) => pattern.test(archive))?.[1];
  return found === undefined
    ? []
    : [{ kind: "run", argv: [literal(found), ...args.slice(at + 2)], isCovered: true }];
}

/** The files that `-o` names are written, made of the sources. */
function makes({ args, stdin }: Invocation, context: ModelContext): readonly Consequence[] {
  const outputs = args.flatMap((word, at): readonly Text[] => {
    if (textOf(word) === "-o") return args[at + 1] === undefined ? [] : [args[at + 1] ?? []];
    return /^-o[^b]/.test(knownPrefix(word)) ? [dropKnown(word, 2)] : [];
  });
  if (outputs.length === 0) return [];
  const inputs = args.filter(
    (word) => !outputs.includes(word) && (!isFile(word) || SOURCE.test(textOf(word) ?? "")),
  );
  const content = inputs.flatMap((word) =>
    isFile(word) ? context.contentOf(word) : (stdin ?? EMPTY),
  );
  const sources = sourcesOf(content);
  // WHY: text of the command itself that is compiled is nobody's but the command's.
  const isKnown = content.some((text) => textOf(text) !== undefined && text.length > 0);
  const isRemote =
    obeysNetworkIn(inputs, context) || content.some((text) => obeysNetwork(textOf(text) ?? ""));
  const made: readonly DataSource[] = isRemote
    ? [{ kind: "network", destination: { host: undefined, port: undefined, scheme: undefined } }]
    : isKnown || content.length === 0
      ? []
      : sources;
  return outputs.map((path) =>
    writes(path, "create", { content: [[hole("dynamic-code", { sources: made })]] }),
  );
}
