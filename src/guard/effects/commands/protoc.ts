// protoc: descriptions of messages become code, by generators of its own or by programs that are found by name.
import { append, hole, knownPrefix, literal, type Text, textOf } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { reads, writes } from "../model/consequences.ts";
import { unbounded } from "../languages/interpret.ts";
import { isFile } from "../model/filter.ts";
import { optionValues } from "../model/option-list.ts";
import { cannotTell, possibleOptions } from "../model/filter.ts";

/** Languages that it writes itself. */
const BUILT_IN =
  /^(?:cpp|csharp|java|javanano|js|kotlin|objc|php|pyi|python|ruby|rust|upb|upbdefs|upb_minitable)$/;
const KNOWN =
  /^(?:-I.*|--proto_path.*|--version|-h|--help|--[\w-]+_opt(?:=.*)?|--[\w-]+_out(?:=.*)?|--encode=.*|--decode=.*|--decode_raw|--descriptor_set_in.*|--descriptor_set_out.*|-o.*|--include_imports|--include_source_info|--retain_options|--deterministic_output|--dependency_out.*|--error_format=.*|--fatal_warnings|--print_free_field_numbers|--enable_codegen_trace|--experimental_\w+|--plugin.*|--option_dependencies.*|--direct_dependencies.*)$/;

/** By language or generator, how the names of what it writes end. */
const ENDINGS: Readonly<Record<string, readonly string[]>> = {
  cpp: [".pb.h", ".pb.cc"],
  csharp: [".cs"],
  java: [".java"],
  kotlin: [".kt"],
  js: [".js"],
  objc: [".pbobjc.h", ".pbobjc.m"],
  php: [".php"],
  pyi: [".pyi"],
  python: ["_pb2.py"],
  ruby: [".rb"],
  rust: [".rs"],
  go: [".pb.go"],
  "go-grpc": [".pb.go"],
  "grpc-gateway": [".pb.gw.go"],
  grpc_python: ["_pb2_grpc.py"],
  mypy: [".pyi"],
  ts: [".ts"],
  es: [".js", ".ts"],
  dart: [".dart"],
  swift: [".swift"],
};

/** What a generator writes below its directory, or whatever it likes where that is an archive or the generator is not known. */
function written({ language, path }: { readonly language: string; readonly path: Text }) {
  const endings = /\.(?:zip|jar)$/.test(textOf(path) ?? "") ? undefined : ENDINGS[language];
  if (endings === undefined) return [writes(path, "create", { reach: "tree" })];
  return endings.map((ending) => {
    const name = hole("dynamic-path", { like: `/**/*${ending}`, splits: false });
    return writes(append(path, [name]), "create");
  });
}

export const protoc: CommandModel = command({
  names: ["protoc"],
  own: "each generator, which may be anybody's plugin, has options of its name: `--go_out=DIR`",
  options: {},
  effects: ({ name, args }): readonly Consequence[] => {
    const words = args.map((word) => textOf(word));
    if (words.length === 1 && /^(?:--version|-h|--help)$/.test(words[0] ?? "")) return [];
    const strange = words.filter((word) => word?.startsWith("-") === true && !KNOWN.test(word));
    const inputs = args.filter(
      (word, at) =>
        isFile(word) &&
        !knownPrefix(word).startsWith("-") &&
        !/^(?:-I|-o|--proto_path|--plugin|--[\w-]+_out|--[\w-]+_opt)$/.test(words[at - 1] ?? ""),
    );
    const places = optionValues(args, "-I", "--proto_path");
    const outputs = args.flatMap(
      (word, at): readonly { readonly language: string; readonly path: Text }[] => {
        const found = /^--([\w-]+)_out(?:=(.*))?$/s.exec(textOf(word) ?? "");
        if (found === null) return [];
        // Options of the generator may stand in front of the directory.
        const value = found[2] ?? textOf(args[at + 1] ?? []) ?? "?";
        return [{ language: found[1] ?? "", path: literal(value.replace(/^[^:]*:/, "")) }];
      },
    );
    const runsPlugin =
      words.some((word) => word?.startsWith("--plugin") === true) ||
      outputs.some(({ language }) => !BUILT_IN.test(language));
    return [
      ...inputs.map((path) =>
        textOf(path)?.startsWith("@") === true
          ? cannotTell("unknown-option", "options that stand in a file")
          : reads(path),
      ),
      ...(places.length > 0 ? places : [literal(".")]).map((path) =>
        reads(path, "tree", "*.proto"),
      ),
      ...outputs.flatMap(written),
      ...optionValues(args, "-o", "--descriptor_set_out", "--dependency_out").map((path) =>
        writes(path, "create"),
      ),
      ...optionValues(args, "--descriptor_set_in").map((path) => reads(path)),
      ...(runsPlugin ? unbounded("project", "protoc-gen") : []),
      ...(strange.length > 0
        ? [cannotTell("unknown-option", `an option of \`${name}\` that sallyport does not know`)]
        : []),
      ...possibleOptions(name, args),
    ];
  },
});
