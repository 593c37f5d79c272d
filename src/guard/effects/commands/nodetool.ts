// nodetool, rabbitmqctl, cockroach and others that look after servers of data.
import { classifiedBySubcommand } from "../model/classify-by-subcommand.ts";
import { effect, toAccount } from "../model/verbs.ts";

export const nodetool = classifiedBySubcommand({
  readOnly: {
    nodetool:
      /^((-\S+\s+)*(status|info|ring|describecluster|tablestats|cfstats|tpstats|compactionstats|netstats|version|gossipinfo|listsnapshots|proxyhistograms|getendpoints|describering|statusgossip|statusbinary|getlogginglevels|help)(\s+\S+)*)$/,
    rabbitmqctl:
      /^((-\S+\s+)*(status|cluster_status|list_\w+|report|environment|ping|version|node_health_check|help)(\s+\S+)*)$/,
    "rabbitmq-diagnostics": /^.*$/,
    rabbitmqadmin: /^((-\S+\s+)*(list|show|help)(\s+\S+)*)$/,
    "rabbitmq-plugins": /^(list|directories|is_enabled)(\s+\S+)*$/,
    "neo4j-admin": /^(help|version|server (report|memory-recommendation)|database info)(\s+\S+)*$/,
    "cassandra-stress": /^(help|version)(\s+\S+)*$/,
    "couchbase-cli":
      /^(server-list|server-info|host-list|bucket-list|group-manage --list)(\s+\S+)*$/,
    cockroach: /^(version|node (status|ls)|help)(\s+\S+)*$/,
    curator_cli: /^(show-\w+|show_\w+)(\s+\S+)*$/,
  },
  otherwise: ({ name, words }) => [
    toAccount(),
    effect<"deploy">({
      kind: "deploy",
      system: "database",
      operation: `${name} ${words[0] ?? ""}`.trim().slice(0, 80),
    }),
  ],
});
