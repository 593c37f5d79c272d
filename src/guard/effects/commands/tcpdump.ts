// tcpdump and tshark: show and keep what goes over the network.
import { hole, knownPrefix, textOf } from "../../shell/values/text.ts";
import { type CommandModel, command, prints, reads, writes } from "../model/command-model.ts";
import { cannotTell, isFile } from "../model/filter.ts";
import { shellRuns } from "../languages/evaluation/shell-code.ts";
import { flags, maybeTaking, taking } from "../model/option-list.ts";
import { effect } from "../model/verbs.ts";

export const tcpdump: CommandModel = command({
  names: ["tcpdump", "tshark", "dumpcap", "ngrep"],
  options: {
    written: taking("-w -O --export-objects"),
    input: taking("-r -F"),
    after: taking("-z"),
    user: taking("-Z --relinquish-privileges"),
    key: taking("-E -M -o -K"),
    choice: taking(
      "-B -c --count -C -G -i --interface -j -m -s --snapshot-length -T -W -y --linktype -Q --direction -f -Y -e -d -R -a -b -J --time-stamp-type --time-stamp-precision",
    ),
    glued: maybeTaking("-t -v -x -X"),
    style: flags(
      "-A -D -h -H -I -l -L -n -nn -N -p -P -q -S -u -U -vv -vvv -xx -XX -# --number -tt -ttt -tttt -ttttt -2 -V --list-interfaces --version --help --immediate-mode --print --no-promiscuous-mode -1",
    ),
  },
  effects: ({ name, operands, values, args }) => {
    if (
      args.length > 0 &&
      args.every((word) =>
        /^(?:-D|-h|--help|--version|-v|--list-interfaces)$/.test(textOf(word) ?? ""),
      )
    )
      return [];
    const inputs = values("input").filter(isFile);
    const watches = values("input").length === 0;
    return [
      ...inputs.map((path) => reads(path)),
      ...values("written")
        .filter(isFile)
        .map((path) =>
          writes([...path, hole("unmodelled", { like: "*", splits: false })], "create"),
        ),
      ...values("written")
        .filter(isFile)
        .map((path) => writes(path, "create")),
      // A command that is called with each file when it is full.
      ...(name === "tcpdump" ? values("after").flatMap((text) => shellRuns([text])) : []),
      ...(operands.some((word) => knownPrefix(word).startsWith("lua_script"))
        ? [cannotTell("dynamic-code", "a script of `tshark`")]
        : []),
      // Who listens sees what others send; the kernel lets only those do so who have the right.
      ...(watches
        ? [effect<"privilege">({ kind: "privilege", means: "packet-capture", user: undefined })]
        : []),
      prints([[hole("unmodelled", { sources: [{ kind: "unknown" }] })]]),
    ];
  },
});
