// nmap: asks hosts which of their ports are open; scripts of it may do more.
import { hole, literal, textOf } from "../../shell/values/text.ts";
import {
  type CommandModel,
  type Consequence,
  command,
  prints,
  reads,
  writes,
} from "../model/command-model.ts";
import { cannotTell } from "../model/filter.ts";

import { flags, maybeTaking, taking } from "../model/option-list.ts";

/** Groups of scripts that only look. */
const LOOKING =
  /^(?:default|safe|discovery|version|banner|ssl-cert|ssl-enum-ciphers|http-title|http-headers|ssh-hostkey)(?:,|$)/;

export const nmap: CommandModel = command({
  names: ["nmap", "nping", "masscan", "fping", "arping"],
  options: {
    outputs: taking("-oN -oX -oG -oA -oS -oJ -oL -oB"),
    reads: taking(
      "-iL --excludefile --script-args-file --datadir --servicedb --versiondb --resume --stylesheet",
    ),
    code: taking("--script --script-args"),
    through: taking("--proxies --proxy -sI -b -D -S"),
    choice: taking(
      "-p --ports --exclude-ports --top-ports --port-ratio -e -g --source-port --data-length --data --data-string --ttl --ip-options --spoof-mac --scanflags --max-retries --host-timeout --scan-delay --max-scan-delay --min-rate --max-rate --min-parallelism --max-parallelism --min-hostgroup --max-hostgroup --min-rtt-timeout --max-rtt-timeout --initial-rtt-timeout --version-intensity --exclude --dns-servers --mtu --stats-every -c --count --delay --rate --adapter --router-mac --interface -iR -t -i",
    ),
    glued: maybeTaking("-T0 -T1 -T2 -T3 -T4 -T5 -PS -PA -PU -PY -PO -T -d -v"),
    style: flags(
      "-sS -sT -sU -sA -sW -sM -sN -sF -sX -sO -sY -sZ -sn -sP -sL -sV -sC -Pn -P0 -PE -PP -PM -n -R -O -A -F -r -6 -q -a --open --reason --packet-trace --iflist --traceroute --osscan-limit --osscan-guess --fuzzy --version-light --version-all --version-trace --script-trace --script-updatedb --script-help --append-output --no-stylesheet --webxml --badsum --privileged --unprivileged --send-eth --send-ip --system-dns --allports --defeat-rst-ratelimit --disable-arp-ping --noninteractive --banners --tcp --udp --icmp --tcp-connect --echo -h -V --help --version -vv -dd",
    ),
  },
  effects: ({ operands, values, args }) => {
    if (args.every((word) => /^(?:-h|-V|--help|--version|--iflist)$/.test(textOf(word) ?? "")))
      return [];
    const scripts = values("code").map((text) => textOf(text));
    const several = args.some((word) => textOf(word) === "-oA");
    const carries = [{ kind: "argument" } as const];
    return [
      ...values("reads").map((path) => reads(path)),
      ...values("outputs").flatMap((path): readonly Consequence[] =>
        (several ? [".nmap", ".xml", ".gnmap"] : [""]).map((ending) =>
          writes([...path, ...literal(ending)], "create"),
        ),
      ),
      ...(scripts.every((text) => LOOKING.test(text ?? ""))
        ? []
        : [cannotTell("dynamic-code", "scripts of `nmap`")]),
      ...(values("reads").length > 0 || values("through").length > 0
        ? [{ kind: "contacts", url: [hole("unmodelled")], carries } as const]
        : []),
      ...operands.map((url): Consequence => ({ kind: "contacts", url, scheme: "tcp", carries })),
      prints([
        [
          hole("unmodelled", {
            sources: [
              { kind: "network", destination: { host: undefined, port: undefined, scheme: "tcp" } },
            ],
          }),
        ],
      ]),
    ];
  },
});
