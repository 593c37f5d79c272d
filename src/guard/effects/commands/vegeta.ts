// vegeta: sends requests to what its list of targets names, and makes reports of the answers.
import { EMPTY, hole, literal, type Text, textOf } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { prints, reads, writes } from "../model/consequences.ts";
import { inputsOf, isFile, madeOf, readsUnknown } from "../model/filter.ts";
import { linesOf } from "../bytes/lines.ts";
import { flags, taking } from "../model/option-list.ts";
import { role } from "../model/option-roles.ts";
import { asProgram, egress, verbModel, verbs } from "../model/verbs.ts";

const attack: CommandModel = command({
  names: [],
  options: {
    targets: taking("-targets --targets"),
    reads: taking("-body --body -cert --cert -key --key -root-certs --root-certs"),
    output: taking("-output --output"),
    choice: taking(
      "-duration --duration -rate --rate -workers --workers -max-workers --max-workers -connections --connections -max-connections --max-connections -timeout --timeout -header --header -proxy-header -redirects --redirects -format --format -name --name -max-body --max-body -laddr -resolvers -dns-ttl -unix-socket -prometheus-addr -proxy",
    ),
    style: flags(
      "-keepalive --keepalive -keepalive=false -insecure --insecure -http2 -h2c -lazy --lazy -chunked -session-tickets -help --help",
    ),
  },
  effects: ({ values, stdin }, context) => {
    const files = values("targets").filter(isFile);
    const texts =
      files.length > 0 ? files.flatMap((path) => context.textAt(path)) : (stdin ?? EMPTY);
    return [
      ...[...files, ...values("reads")].map((path) => reads(path)),
      ...texts.flatMap(asked),
      ...values("output")
        .filter((path) => isFile(path) && textOf(path) !== "stdout")
        .map((path) => writes(path, "create")),
      prints([[hole("unmodelled", { sources: [{ kind: "unknown" }] })]]),
    ];
  },
});

/** The hosts that a list of targets names: `GET http://…`, a header, `@file` for a body. */
function asked(text: Text): readonly Consequence[] {
  const known = textOf(text);
  if (known === undefined) return [egress(undefined, [{ kind: "argument" }, { kind: "unknown" }])];
  return linesOf(known).flatMap((line): readonly Consequence[] => {
    const url = /^[A-Z]+ (\S+)/.exec(line.trim())?.[1];
    if (url !== undefined)
      return [{ kind: "contacts", url: literal(url), carries: [{ kind: "argument" }] }];
    if (line.startsWith("@")) return [reads(literal(line.slice(1).trim()))];
    return line.trimStart().startsWith("{") ? readsUnknown("a target of `vegeta` in JSON") : [];
  });
}

/** `report`, `encode` and `plot` work on results that were kept. */
const report: CommandModel = command({
  names: [],
  options: {
    output: taking("-output --output"),
    choice: taking(
      "-type --type -every --every -buckets --buckets -to --to -title --title -threshold --threshold",
    ),
    style: flags("-help --help"),
  },
  effects: ({ operands, values, stdin }, context) => {
    const { opened, texts } = inputsOf(
      operands.filter((word) => textOf(word) !== "stdin"),
      stdin,
      context,
    );
    return [
      ...opened,
      ...values("output")
        .filter((path) => isFile(path) && textOf(path) !== "stdout")
        .map((path) => writes(path, "create")),
      prints(madeOf(texts)),
    ];
  },
});

export const vegeta: CommandModel = verbModel({
  names: ["vegeta"],
  options: {
    profile: role("output", taking("-profile --profile")),
    choice: taking("-cpus --cpus"),
    about: flags("-version --version -help --help -h"),
  },
  table: verbs(["attack", asProgram(attack)], ["report, encode, plot, dump", asProgram(report)]),
});
