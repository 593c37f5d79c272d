// tcpdump and tshark: show and keep what goes over the network.
import { hole, knownPrefix, textOf } from "../../shell/values/text.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { prints, reads, writes } from "../model/consequences.ts";
import { cannotTell, isFile } from "../model/filter.ts";
import { shellRuns } from "../model/shell-code.ts";
import { flags, maybeTaking, taking } from "../model/option-list.ts";
import { effect } from "../model/verbs.ts";

const effects: CommandModel["effects"] = ({ name, operands, values, args }) => {
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
      .map((path) => writes([...path, hole("unmodelled", { like: "*", splits: false })], "create")),
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
};

export const tcpdump: CommandModel = command({
  names: ["tcpdump"],
  options: {
    written: taking("-w"),
    input: taking("-r -F -V"),
    after: taking("-z"),
    user: taking("-Z --relinquish-privileges"),
    key: taking("-E -M"),
    choice: taking(
      "-B --buffer-size -c -C -G -i --interface -j --time-stamp-type -m -s --snapshot-length -T -W -y --linktype -Q --direction --time-stamp-precision",
    ),
    style: flags(
      "-A -b -d -dd -ddd -D -e -f -h -H -I --monitor-mode -J --list-time-stamp-types -K --dont-verify-checksums -l -L --list-data-link-types -n -nn -N -O --no-optimize -p -q -S --absolute-tcp-sequence-numbers -t -tt -ttt -tttt -ttttt -u -U --packet-buffered -v -vv -vvv -x -xx -X -XX -# --number --count --list-interfaces --version --help --immediate-mode --print --no-promiscuous-mode",
    ),
  },
  effects,
});

/** The captures of Wireshark and others. WHY apart from tcpdump: the same letters take a value in one and none in the other. */
export const tshark: CommandModel = command({
  names: ["tshark", "dumpcap", "ngrep"],
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
  effects,
});
