// vault, consul, nomad and vagrant: services and machines of a team that are looked at or changed.
import { literal, textOf } from "../../shell/values/text.ts";
import { reads } from "../model/consequences.ts";
import { flags, taking } from "../model/option-list.ts";
import {
  asksAccount,
  both,
  deploys,
  installs,
  readOnlyVerb,
  runsCode,
  type Verb,
  verbModel,
  verbs,
} from "../model/verbs.ts";

/** What it prints opens doors: the token of the person stands for it. */
const opens: Verb = {
  effects: (_call, { home }) => [reads(literal(`${home}/.vault-token`))],
};

const changes = both(asksAccount(), deploys("service"));

export const vault = verbModel({
  names: ["vault", "consul", "nomad", "boundary", "vagrant"],
  options: {
    about: flags("hv", "--help --version -help -version"),
    address: taking("-address --address -http-addr"),
    named: taking("-namespace -region -token -ca-cert -client-cert -client-key -format"),
  },
  before: (call) =>
    call.values("address").map((url) => ({
      kind: "contacts",
      url: textOf(url) === undefined ? url : literal((textOf(url) ?? "").replace(/^=/, "")),
      scheme: "https",
      carries: [{ kind: "unknown" }],
    })),
  table: verbs(
    ["version,help,-version,fmt", readOnlyVerb(flags("-help -check -recursive"))],
    [
      "status,list,policy list,policy read,secrets list,auth list,audit list,kv list,kv metadata get,token lookup,members,info,catalog services,catalog nodes,catalog datacenters,node status,job status,alloc status,alloc logs,deployment status,deployment list,eval status,server members,job plan,job inspect,job history,job validate,operator raft list-peers,plan,inspect,validate,global-status,box list,port,ssh-config,snapshot list,plugin list",
      asksAccount(),
    ],
    [
      "read,kv get,kv export,token create,unwrap,print token,login",
      both(asksAccount(), opens, deploys("service")),
    ],
    ["up,reload,provision,ssh,halt,suspend,resume,rsync,snapshot save", runsCode("project")],
    ["box add,box update,plugin install,init", installs()],
    ["agent,server,dev", runsCode("project")],
  ),
  otherwise: changes,
});
