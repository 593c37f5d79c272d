// salt, puppet, pdsh, knife, openstack and other programs that change many machines, clusters or applications at once.
import { EMPTY, sourcesOf, textOf } from "../../shell/values/text.ts";
import type { CommandModel } from "../model/command-model.ts";
import { classifiedBySubcommand } from "../model/classify-by-subcommand.ts";
import { effect, toAccount } from "../model/verbs.ts";

const NOTHING = /^(?:version|--version|help)$/;
/** Words of command lines that look the same in many tools of this kind. */
const ASKING =
  /^(?:[\w:-]+ ){0,3}(?:list|ls|show|get|describe|status|info|inspect|search|whoami|version|help|logs|config get|diff|plan|validate|lint)(?:\s+\S+)*$/;

const model = classifiedBySubcommand({
  readOnly: {
    salt: /^\S+ (?:test\.(?:ping|version)|grains\.(?:items?|get)|pkg\.(?:list_pkgs|version)|sys\.doc)(?:\s+\S+)*$/,
    "salt-call": /^(?:--local )?(?:test\.ping|grains\.items?|state\.show_\w+)(?:\s+\S+)*$/,
    "salt-run": /^(?:manage\.(?:up|down|status)|jobs\.(?:list_jobs|active))$/,
    "salt-ssh": /^\S+ test\.ping$/,
    "salt-key": /^(?:-L|--list-all|-l \w+)$/,
    puppet: /^(?:parser validate(?: \S+)*|config print(?: \S+)*|facts(?: \S+)*|lookup(?: \S+)*)$/,
    "chef-client": NOTHING,
    "chef-solo": NOTHING,
    "chef-apply": NOTHING,
    chef: /^(?:describe-cookbook|show-policy|diff|shell-init|gem list)(?:\s+\S+)*$/,
    knife: /^(?:\w+ ){1,2}(?:list|show|search)(?:\s+\S+)*$/,
    bolt: /^(?:inventory|plan|task|module|guide) show(?:\s+\S+)*$/,
    "cf-agent": /^(?:-n|--dry-run|--version)(?:\s+\S+)*$/,
    pssh: NOTHING,
    "parallel-ssh": NOTHING,
    pscp: NOTHING,
    "parallel-scp": NOTHING,
    prsync: NOTHING,
    pnuke: NOTHING,
    pdsh: NOTHING,
    pdcp: NOTHING,
    clush: NOTHING,
    cssh: NOTHING,
    csshx: NOTHING,
    mussh: NOTHING,
    dsh: NOTHING,
    mosh: NOTHING,
    et: NOTHING,
    autossh: NOTHING,
    openstack: /^(?:\w+ ){1,3}(?:list|show)(?:\s+\S+)*$/,
    nova: /^(?:list|show|flavor-list|image-list)(?:\s+\S+)*$/,
    cinder: /^(?:list|show|snapshot-list)(?:\s+\S+)*$/,
    rancher:
      /^(?:ps|clusters?(?: ls)?|projects?(?: ls)?|apps?(?: ls)?|nodes?(?: ls)?|context current|inspect .*)$/,
    azd: /^(?:show|env list|env get-values|template list|config show|version)(?:\s+\S+)*$/,
    qm: /^(?:list|status|config|showcmd|listsnapshot|pending)(?:\s+\S+)*$/,
    pct: /^(?:list|status|config|df|listsnapshot|pending)(?:\s+\S+)*$/,
    pvesh: /^get(?:\s+\S+)*$/,
    pvesm: /^(?:status|list|path)(?:\s+\S+)*$/,
    govc: /^(?:[\w.]+\.info|ls|find|about|[\w.]+\.ls)(?:\s+\S+)*$/,
    esxcli: /^(?:\S+ )+(?:list|get)(?:\s+\S+)*$/,
    xe: /^[\w-]+-list(?:\s+\S+)*$/,
    flarectl:
      /^(?:\w+ )?\w+ (?:list|info)(?:\s+\S+)*$|^(?:zone|dns|user) (?:list|l|info)(?:\s+\S+)*$/,
    "cloudflare-cli": /^(?:ls|list|find|zone)(?:\s+\S+)*$/,
    dnscontrol: /^(?:preview|check|print-ir|version)(?:\s+\S+)*$/,
    octodns: NOTHING,
    "octodns-sync": /^(?!.*--doit)/,
    caprover: /^(?:list|ls)$/,
    porter: ASKING,
    qovery: ASKING,
    shuttle: /^(?:status|logs|project status|project list|resource list)(?:\s+\S+)*$/,
    deta: /^(?:details|projects|logs)$/,
    modal: /^(?:\w+ )?(?:list|logs)(?:\s+\S+)*$/,
    cdk8s: /^(?:synth|synthesize|init|import)(?:\s+\S+)*$/,
    kapp: /^(?:list|ls|inspect|logs|version|app-group list)(?:\s+\S+)*$/,
    "kubectl-argo": ASKING,
    argo: ASKING,
    crossplane: ASKING,
    clusterctl: /^(?:describe|get|version|config)(?:\s+\S+)*$/,
    odo: /^(?:list|describe|version|logs)(?:\s+\S+)*$/,
    rosa: /^(?:list|describe|whoami|verify|version|logs)(?:\s+\S+)*$/,
    ocm: /^(?:get|list|describe|whoami|version)(?:\s+\S+)*$/,
    ccloud: ASKING,
    confluent: ASKING,
    atlascli: ASKING,
    "mongodb-atlas": ASKING,
    databricks: /^(?:[\w-]+ ){1,2}(?:list|get|ls|cat|describe|me)(?:\s+\S+)*$/,
    "zkCli.sh": /^(?:-server \S+ )?(?:ls|get|stat|getAcl)(?:\s+\S+)*$/,
    zkcli: /^(?:-server \S+ )?(?:ls|get|stat|getAcl)(?:\s+\S+)*$/,
    memcflush: NOTHING,
    memcrm: NOTHING,
    curator: /^(?:--dry-run)(?:\s+\S+)*$/,
    snow: ASKING,
    db2: /^(?:list|get|describe|select|connect) .*$/i,
    surreal: /^(?:version|isready|validate .*)$/,
    "sqlite-utils":
      /^(?:tables|rows|schema|views|indexes|triggers|dump|analyze-tables)(?:\s+\S+)*$/,
  },
  otherwise: ({ name, words }) => [
    effect<"deploy">({
      kind: "deploy",
      system: name,
      operation: words.slice(0, 2).join(" ").slice(0, 80),
    }),
  ],
});

export const fleet: CommandModel = {
  ...model,
  effects: (invocation, context) => {
    const { args, stdin } = invocation;
    const isAbout =
      args.length === 1 &&
      /^(?:--version|-V|--help|-h|help|version)$/.test(textOf(args[0] ?? []) ?? "");
    return [
      ...model.effects(invocation, context),
      ...(isAbout
        ? []
        : [toAccount([{ kind: "argument" }, ...sourcesOf([...args, ...(stdin ?? EMPTY)])])]),
    ];
  },
};
