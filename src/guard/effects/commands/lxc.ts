// lxc and incus: containers of a whole system, whose privileged ones and mounted disks are the machine's own.
import { textOf } from "../../shell/values/text.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { effect } from "../model/verbs.ts";

const LOOKS =
  /^(list|ls|info|version|--version|--help|help|(config|network|storage|profile|image|project|remote|cluster|snapshot|operation|warning) (show|list|info|get|get-default))(\s|$)/;
const CHANGES =
  /^(delete|stop|restart|rebuild|move|rename|copy|restore|launch|start|init|publish|import|cluster|network|storage|profile|project|config|file (push|delete))\b/;
const LENDS = /security\.privileged|raw\.|\bsource=|\bdisk\b|unix-(char|block)|security\.nesting/;

export const lxc: CommandModel = command({
  names: ["lxc", "incus"],
  own: "what lends rights is no option but a setting among the operands of any verb: `security.privileged=true`",
  options: {},
  effects: ({ name, args }) => {
    const line = args.map((word) => textOf(word) ?? "raw.").join(" ");
    if (LOOKS.test(line)) return [];
    return [
      ...(LENDS.test(line)
        ? [effect<"privilege">({ kind: "privilege", means: name, user: undefined })]
        : []),
      ...(CHANGES.test(line)
        ? [
            effect<"deploy">({
              kind: "deploy",
              system: "containers",
              operation: line.split(" ")[0] ?? "",
            }),
          ]
        : []),
      effect<"execute">({ kind: "execute", program: name, origin: "system", reach: "unbounded" }),
    ];
  },
});
