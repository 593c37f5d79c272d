// node: runs code from an argument, a file or the input.
import { append, EMPTY, hole, literal, type Text, textOf } from "../../shell/text.ts";
import {
  type CommandModel,
  type Consequence,
  command,
  flag,
  prints,
  reads,
  valued,
  writes,
} from "../command-model.ts";
import {
  interpret,
  interpretFile,
  originOfFile,
  joined,
  type Surroundings,
  unbounded,
} from "../languages/interpret.ts";
import { javascript, printedByNode } from "../languages/javascript.ts";
import { manifestAsked, manifestValue } from "../manifest-values.ts";
import { isOwnProgram, ownCommand, ownHook } from "./sallyport.ts";

export const node: CommandModel = command({
  names: ["node", "nodejs"],
  optionsEnd: "first-operand",
  options: {
    code: valued("-e", "--eval"),
    print: flag("-p", "--print", "-pe"),
    check: flag("-c", "--check"),
    profiles: flag(
      "--cpu-prof",
      "--heap-prof",
      "--prof",
      "--report-on-fatalerror",
      "--report-on-signal",
      "--report-uncaught-exception",
    ),
    profileName: valued(
      "--cpu-prof-name",
      "--heap-prof-name",
      "--report-filename",
      "--trace-event-file-pattern",
    ),
    profileFolder: valued(
      "--cpu-prof-dir",
      "--heap-prof-dir",
      "--diagnostic-dir",
      "--report-directory",
      "--report-dir",
    ),
    redirected: valued("--redirect-warnings", "--tls-keylog"),
    profileChoice: valued(
      "--cpu-prof-interval",
      "--heap-prof-interval",
      "--trace-event-categories",
      "--report-signal",
    ),
    loads: valued(
      "-r",
      "--require",
      "--import",
      "--loader",
      "--experimental-loader",
      "--env-file",
      "--env-file-if-exists",
    ),
    runs: flag("--test", "--watch", "-i", "--interactive", "--inspect", "--inspect-brk", "--run"),
    type: valued(
      "--input-type",
      "-C",
      "--conditions",
      "--stack-trace-limit",
      "--max-old-space-size",
      "--unhandled-rejections",
      "--title",
    ),
    style: flag(
      ...[
        "-v",
        "--version",
        "-h",
        "--help",
        "--no-warnings",
        "--trace-warnings",
        "--enable-source-maps",
      ],
      ...[
        "--experimental-strip-types",
        "--trace-deprecation",
        "--no-deprecation",
        "--expose-gc",
        "--use-strict",
      ],
      ...[
        "--experimental-vm-modules",
        "--preserve-symlinks",
        "--frozen-intrinsics",
        "--v8-options",
      ],
    ),
  },
  effects: ({ operands, has, values, stdin }, context) => {
    const found: Consequence[] = values("loads").flatMap((file) => [
      reads(file),
      ...unbounded(originOfFile(file, context), textOf(file)),
    ]);
    if (has("runs")) found.push(...unbounded("project", "node"));
    found.push(
      ...values("redirected").map((path) => writes(path, "append")),
      ...profiles(has, values),
    );
    const [first, ...rest] = operands;
    const prints_ = has("print");
    const code: readonly Text[] = [
      ...values("code"),
      ...(prints_ && values("code").length === 0 && first !== undefined ? [first] : []),
    ];
    const around: Surroundings = {
      stdin,
      operands: code.length > 0 ? operands : rest,
      printed: prints_ ? printedValue : printedByNode,
    };
    if (code.length > 0) {
      const done = [...found, ...interpret([joined(code)], javascript, context, around)];
      const asked = prints_
        ? manifestAsked(code.map((one) => textOf(one) ?? "").join("\n"))
        : undefined;
      const value = asked && manifestValue(literal(asked.path), asked.key, context);
      if (value === undefined) return done;
      return [
        ...done.filter(({ kind }) => kind !== "output"),
        prints(value.map((text) => append(text, literal("\n")))),
      ];
    }
    if (has("code")) return found;
    if (has("style") && first === undefined && stdin === undefined) return found;
    if (first === undefined || textOf(first) === "-")
      return [
        ...found,
        ...interpret(stdin ?? EMPTY, javascript, context, { ...around, stdin: undefined }),
      ];
    if (has("check")) return [...found, reads(first), prints(EMPTY)];
    if (isOwnProgram(textOf(first) ?? "")) found.push(...ownCommand(rest));
    found.push(...(ownHook(textOf(first) ?? "") ?? []));
    return [...found, ...interpretFile(first, javascript, context, around)];
  },
});

/** What `-p` prints of a text. */
const printedValue: NonNullable<Surroundings["printed"]> = (code, seen) =>
  printedByNode(`console.log(${code.trim().replace(/;+$/, "")})`, seen);

/** Profiles and reports are written where their options say, under names of node's own without them. */
function profiles(
  has: (option: string) => boolean,
  values: (option: string) => readonly Text[],
): readonly Consequence[] {
  if (!["profiles", "profileName", "profileFolder", "profileChoice"].some(has)) return [];
  const names = values("profileName");
  const usual = ["*.cpuprofile", "*.heapprofile", "*.log", "report.*", "node_trace.*"];
  const made =
    names.length > 0
      ? names
      : usual.map((like): Text => [hole("dynamic-path", { like, splits: false })]);
  const folders = values("profileFolder");
  return [
    ...made.map((name) => writes(name, "create")),
    ...folders.map((folder) => writes(folder, "create", { reach: "tree" })),
  ];
}
