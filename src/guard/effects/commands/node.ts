// node: runs code from an argument, a file or the input.
import { append, EMPTY, hole, literal, type Text, textOf } from "../../shell/values/text.ts";
import {
  type CommandModel,
  type Consequence,
  command,
  flag,
  valued,
} from "../model/command-model.ts";
import { prints, reads, writes } from "../model/consequences.ts";
import { role } from "../model/option-roles.ts";
import {
  interpret,
  interpretFile,
  originOfFile,
  joined,
  type Surroundings,
  unbounded,
} from "../languages/interpret.ts";
import { javascript, printedByNode } from "../languages/javascript/javascript.ts";
import { manifestAsked, manifestValue } from "../packages/manifest-values.ts";
import { isOwnProgram, ownCommand, ownHook } from "./sallyport.ts";

/** Reporters of tests that are part of node; any other is a module. */
const OWN_REPORTERS = /^(?:spec|tap|dot|junit|lcov)$/;

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
    redirected: role("log", valued("--redirect-warnings", "--tls-keylog")),
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
    snapshots: valued("--heapsnapshot-near-heap-limit", "--heapsnapshot-signal"),
    reporter: valued("--test-reporter"),
    reported: valued("--test-reporter-destination"),
    tests: valued(
      ...["--test-name-pattern", "--test-skip-pattern", "--test-concurrency", "--test-shard"],
      ...["--test-timeout", "--test-isolation", "--experimental-test-isolation"],
      ...["--test-coverage-include", "--test-coverage-exclude", "--test-coverage-lines"],
      ...["--test-coverage-branches", "--test-coverage-functions", "--watch-path"],
    ),
    testStyle: flag(
      ...["--test-only", "--test-force-exit", "--experimental-test-coverage"],
      ...["--experimental-test-module-mocks", "--experimental-test-snapshots"],
      ...["--test-update-snapshots", "--watch-preserve-output"],
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
      ...["--max-semi-space-size", "--max-http-header-size", "--dns-result-order"],
      ...["--network-family-autoselection-attempt-timeout", "--secure-heap", "--secure-heap-min"],
      ...["--disable-warning", "--disable-proto", "--tls-cipher-list", "--v8-pool-size"],
      ...["--use-largepages", "--experimental-default-type", "--stack-size"],
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
      ...["--trace-uncaught", "--trace-exit", "--trace-sync-io", "--trace-promises", "--trace-tls"],
      ...["--trace-sigint", "--throw-deprecation", "--pending-deprecation", "--jitless"],
      ...["--experimental-transform-types", "--no-experimental-strip-types", "--no-addons"],
      ...["--no-experimental-require-module", "--experimental-require-module"],
      ...["--no-experimental-fetch", "--no-experimental-detect-module", "--no-global-search-paths"],
      ...["--experimental-wasm-modules", "--experimental-import-meta-resolve", "--permission"],
      ...["--experimental-sqlite", "--experimental-eventsource", "--experimental-websocket"],
      ...["--preserve-symlinks-main", "--zero-fill-buffers", "--insecure-http-parser"],
      ...["--report-compact", "--report-exclude-network", "--track-heap-objects"],
      ...["--abort-on-uncaught-exception", "--allow-addons", "--allow-child-process"],
      ...[
        "--allow-wasi",
        "--allow-worker",
        "--disable-wasm-trap-handler",
        "--experimental-permission",
      ],
      ...["--disallow-code-generation-from-strings", "--enable-fips", "--force-fips"],
      ...["--enable-network-family-autoselection", "--no-network-family-autoselection"],
      ...["--experimental-print-required-tla", "--experimental-shadow-realm", "--napi-modules"],
      ...["--experimental-wasi-unstable-preview1", "--force-context-aware", "--node-memory-debug"],
      ...["--force-node-api-uncaught-exceptions-policy", "--interpreted-frames-native-stack"],
      ...["--no-experimental-global-customevent", "--no-experimental-global-webcrypto"],
      ...["--no-experimental-repl-await", "--no-extra-info-on-fatal-exception"],
      ...["--no-force-async-hooks-checks", "--trace-atomics-wait"],
      ...["--tls-max-v1.2", "--tls-max-v1.3", "--tls-min-v1.0", "--tls-min-v1.1"],
      ...["--tls-min-v1.2", "--tls-min-v1.3"],
      ...["--use-openssl-ca", "--use-bundled-ca", "--use-system-ca", "--openssl-legacy-provider"],
    ),
  },
  effects: ({ operands, has, values, stdin }, context) => {
    const found: Consequence[] = values("loads").flatMap((file) => [
      reads(file),
      ...unbounded(originOfFile(file, context), textOf(file)),
    ]);
    for (const name of values("reporter"))
      if (!OWN_REPORTERS.test(textOf(name) ?? ""))
        found.push(...unbounded("project", textOf(name)));
    if (has("runs")) found.push(...unbounded("project", "node"));
    found.push(
      ...values("reported").flatMap((path) =>
        /^std(?:out|err)$/.test(textOf(path) ?? "") ? [] : [writes(path, "create")],
      ),
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
  if (!["snapshots", "profiles", "profileName", "profileFolder", "profileChoice"].some(has))
    return [];
  const names = values("profileName");
  const usual = [
    "*.cpuprofile",
    "*.heapprofile",
    "*.heapsnapshot",
    "*.log",
    "report.*",
    "node_trace.*",
  ];
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
