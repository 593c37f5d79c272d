// ss and netstat: sockets and tables of the network; ss can also close sockets and write a dump.
import { EMPTY } from "../../shell/values/text.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { prints } from "../model/consequences.ts";
import { madeOf } from "../model/filter.ts";
import { ABOUT, flags, taking } from "../model/option-list.ts";
import { role } from "../model/option-roles.ts";
import { effect } from "../model/verbs.ts";

export const ss: CommandModel = command({
  names: ["ss", "netstat"],
  options: {
    kills: flags("-K --kill"),
    dump: role("output", taking("-D --diag")),
    file: role("input", taking("-F --filter")),
    choice: taking("-f --family -A --query --socket -N --net --inet-sockopt"),
    style: flags(
      "--tipcinfo -n --numeric -r --resolve -a --all -l --listening -B --bound-inactive -o --options -e --extended -m --memory -p --processes -T --threads -i --info -s --summary -E --events -Z --context -z --contexts -b --bpf -4 --ipv4 -6 --ipv6 -0 --packet -t --tcp -u --udp -d --dccp -w --raw -x --unix -S --sctp -M --mptcp -H --no-header -O --oneline -Q --no-queues -h -V --tipc --vsock --xdp --tos --cgroup --program --route --interfaces --statistics --groups -g --verbose -v -W --wide -c --continuous -C --timers -L",
    ),
    about: ABOUT,
  },
  effects: ({ has }) => [
    ...(has("kills")
      ? [effect<"deploy">({ kind: "deploy", system: "machine", operation: "close-sockets" })]
      : []),
    prints(madeOf(EMPTY)),
  ],
});
