// ctr, crictl, runc, crun and kata-runtime: containers without docker, started with the rights of whoever runs containerd.
import { textOf } from "../../shell/values/text.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { effect, egress } from "../model/verbs.ts";

const LOOKS =
  /^(?:--version|-v|--help|-h|help|version|info|ps|pods|images|img|stats|statsp|inspect|inspecti|inspectp|imagefsinfo|logs|list|state|events|(?:containers?|c|images?|i|tasks?|t|namespaces?|ns|snapshots?|content|leases?|plugins?) (?:ls|list|info|check|metrics|tree|usage|get))(?: |$)/;
/** More of the machine than a container has: all rights, its name spaces, its folders, its devices. */
const LENDS =
  /--(?:privileged|cap-add|allow-new-privs|rootfs|device|pid-host|net-host|with-ns|mount|runtime-root|no-pivot|seccomp-profile unconfined)(?:[= ]|$)/;
const FETCHES = /^(?:images? |i )?(?:pull|import|push|export)(?: |$)/;

export const containerd: CommandModel = command({
  names: ["ctr", "crictl", "runc", "crun", "youki", "kata-runtime", "k3s-ctr"],
  own: "what lends rights is an option of one verb and an operand of another: a call only looks if its whole line is known to",
  options: {},
  effects: ({ name, args }) => {
    const line = args
      .map((word) => textOf(word) ?? "--privileged")
      .join(" ")
      .replace(/^(?:(?:-[nar]|--(?:namespace|address|runtime-endpoint|root))[= ]\S+ )+/, "");
    if (LOOKS.test(line) || line === "") return [];
    // WHY: who may speak to the socket of the engine is root on the machine, in any container of others too.
    const gains =
      LENDS.test(line) ||
      /^(?:exec|attach|tasks? exec|t exec|runp?|create|debug)(?: |$)/.test(line);
    return [
      ...(gains ? [effect<"privilege">({ kind: "privilege", means: name, user: undefined })] : []),
      ...(FETCHES.test(line) ? [egress(undefined)] : []),
      effect<"deploy">({
        kind: "deploy",
        system: "containers",
        operation: line.split(" ")[0] ?? "",
      }),
      effect<"execute">({ kind: "execute", program: name, origin: "system", reach: "unbounded" }),
    ];
  },
});
