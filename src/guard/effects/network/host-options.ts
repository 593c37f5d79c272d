// Where programs are told which host they reach: options, variables, operands and files of settings, from the manual of each.
import { byName } from "#base/by-name.ts";

/**
 * How a value names hosts: `host` is one, with or without a scheme and a port, or several; `url` only what has a scheme, as
 * the value may be a name or a path as well; `list` several with commas, as it may be a path as well; `set` is `key=value` of
 * a setting that may name one; `remote` an address as git takes it; `repository` a repository behind its host, `image` an
 * image behind its registry; `file` is a file of settings.
 */
export type HostForm = "host" | "url" | "list" | "set" | "remote" | "repository" | "image" | "file";

/** Options, variables (with `$`, and `*` for a part of the name), and `.` for the operands, separated by spaces. */
type Told = Partial<Readonly<Record<HostForm, string>>> & {
  /** What the program reaches on a host without a port. */
  readonly port?: number;
  /** Words that are no options, joined, of the calls of which it is true. */
  readonly when?: RegExp;
};

/** What is true of several programs. */
const KUBE = {
  host: "--kube-apiserver --proxy-url $HELM_KUBEAPISERVER",
  file: "--kubeconfig $KUBECONFIG",
};
const POSTGRES = {
  host: "-h --host $PGHOST $PGHOSTADDR",
  url: "-d --dbname .",
  set: "-d --dbname .",
  file: "$PGSERVICEFILE $PGSYSCONFDIR",
};
const MYSQL = {
  host: "-h --host $MYSQL_HOST",
  url: ".",
  file: "--defaults-file --defaults-extra-file",
};
const MONGO = { host: "-h --host", url: ". --uri" };
const KAFKA = { host: "--bootstrap-server --broker-list --zookeeper" };
const FETCHED =
  /(?:^|\s)(?:view|v|info|show|outdated|search|s|se|find|ping|audit|whoami|pack|install|i|add|dist-tag|access|owner|npm|pm|update|up|publish|team|org|token|profile|login|docs|repo|bugs)(?=\s|$)/;

const TABLE: readonly (readonly [programs: string, told: Told])[] = [
  ["kubectl oc k9s stern kubectx kubens kubeadm velero linkerd flux istioctl helm helmfile", KUBE],
  ["kubectl oc", { host: "-s --server", url: "-f --filename -k --kustomize" }],
  ["kubectl oc kustomize", { url: ".", when: /^(?:kustomize|build)\b/ }],
  ["argocd", { host: "--server $ARGOCD_SERVER", file: "--config" }],
  ["istioctl", { host: "--xds-address --remote-contexts --injectURL" }],
  ["flux", { host: "--server" }],
  ["linkerd", { host: "--api-addr" }],
  [
    "helm",
    {
      host: "--endpoint $HELM_DRIVER_SQL_CONNECTION_STRING",
      url: "--repo -f --values .",
      file: "--repository-config --registry-config $HELM_REPOSITORY_CONFIG $HELM_REGISTRY_CONFIG",
      when: /^(?!repo add)/,
    },
  ],
  [
    "etcdctl",
    { host: "--endpoints --discovery-srv $ETCDCTL_ENDPOINTS $ETCDCTL_DISCOVERY_SRV", port: 2379 },
  ],
  [
    "crictl ctr",
    {
      host: "--runtime-endpoint --image-endpoint -r -i --address $CONTAINER_RUNTIME_ENDPOINT $IMAGE_SERVICE_ENDPOINT",
      file: "--config $CRI_CONFIG_FILE",
    },
  ],
  ["consul", { host: "-http-addr $CONSUL_HTTP_ADDR $CONSUL_GRPC_ADDR -grpc-addr", port: 8500 }],
  [
    "vault bao",
    {
      host: "-address -agent-address -addr $VAULT_ADDR $VAULT_AGENT_ADDR $VAULT_PROXY_ADDR $VAULT_HTTP_PROXY $BAO_ADDR $BAO_AGENT_ADDR",
    },
  ],
  ["nomad", { host: "-address $NOMAD_ADDR" }],
  ["boundary", { host: "-addr $BOUNDARY_ADDR" }],
  [
    "terraform tofu terragrunt packer",
    {
      host: "-net-mirror $TF_HTTP_ADDRESS $TF_HTTP_LOCK_ADDRESS $TF_HTTP_UNLOCK_ADDRESS $TF_REGISTRY_CLIENT_*",
      url: "-from-module",
      set: "-backend-config",
      file: "$TF_CLI_CONFIG_FILE $TERRAFORM_CONFIG $PACKER_CONFIG",
    },
  ],
  ["terraform tofu", { host: ".", when: /^log(?:in|out)\b/ }],
  [
    "aws sam cdk eksctl copilot awslocal s5cmd ecs-cli chamber",
    {
      host: "--endpoint-url $AWS_ENDPOINT_URL $AWS_ENDPOINT_URL_* $AWS_*_ENDPOINT $AWS_EC2_METADATA_SERVICE_ENDPOINT $AWS_CONTAINER_CREDENTIALS_FULL_URI $S3_ENDPOINT_URL",
      file: "$AWS_CONFIG_FILE $AWS_SHARED_CREDENTIALS_FILE",
    },
  ],
  ["awslocal", { host: "$LOCALSTACK_HOST $EDGE_PORT" }],
  ["cdk", { host: "--proxy", url: "-a" }],
  [
    "gcloud gsutil bq",
    {
      host: "$CLOUDSDK_API_ENDPOINT_OVERRIDES_* $CLOUDSDK_PROXY_ADDRESS $CLOUDSDK_AUTH_*_HOST $STORAGE_EMULATOR_HOST --api-endpoint-overrides $GCE_METADATA_HOST $GCE_METADATA_ROOT",
      set: "--api-endpoint-overrides",
      file: "$CLOUDSDK_CONFIG --flags-file $BOTO_CONFIG $BOTO_PATH $CLOUDSDK_PYTHON_SITEPACKAGES",
    },
  ],
  ["bq", { host: "--api", file: "--bigqueryrc $BIGQUERYRC" }],
  ["gsutil", { set: "-o" }],
  [
    "az",
    {
      host: "--blob-endpoint --queue-endpoint --table-endpoint --file-endpoint --uri --url -u --connection-string --endpoint --endpoint-resource-manager $AZURE_STORAGE_CONNECTION_STRING $REQUESTS_PROXY $AZURE_*_ENDPOINT",
      file: "$AZURE_CONFIG_DIR",
    },
  ],
  ["doctl", { host: "-u --api-url $DIGITALOCEAN_API_URL", file: "-c --config" }],
  ["hcloud", { host: "--endpoint $HCLOUD_ENDPOINT", file: "--config $HCLOUD_CONFIG" }],
  ["oci", { host: "--endpoint --proxy", file: "--config-file $OCI_CLI_CONFIG_FILE" }],
  ["scw", { host: "$SCW_API_URL", file: "-c --config $SCW_CONFIG_PATH" }],
  ["linode-cli", { host: "$LINODE_CLI_API_HOST" }],
  [
    "ibmcloud",
    { host: "-a --api-endpoint $IBMCLOUD_API_ENDPOINT .", when: /^(?:target|login|api)\b/ },
  ],
  ["yc aliyun tccli", { host: "--endpoint" }],
  ["heroku", { host: "$HEROKU_HOST $HEROKU_API_URL $HEROKU_GIT_HOST" }],
  ["fly flyctl", { host: "$FLY_API_BASE_URL $FLY_FLAPS_BASE_URL" }],
  ["vercel vc now", { host: "--api", file: "-Q --global-config" }],
  ["netlify ntl", { host: "$NETLIFY_API_URL" }],
  ["wrangler", { host: "$CLOUDFLARE_API_BASE_URL $CF_API_BASE_URL $WRANGLER_API_*" }],
  ["firebase", { host: "$FIREBASE_*_URL" }],
  ["sentry-cli", { host: "--url $SENTRY_URL", file: "$SENTRY_PROPERTIES" }],
  ["pulumi", { host: "$PULUMI_BACKEND_URL $PULUMI_API", url: "--cloud-url -c ." }],
  ["databricks", { host: "--host $DATABRICKS_HOST", file: "$DATABRICKS_CONFIG_FILE" }],
  [
    "openstack nova glance swift",
    {
      host: "--os-auth-url --os-endpoint --os-url $OS_AUTH_URL $OS_ENDPOINT",
      file: "$OS_CLIENT_CONFIG_FILE",
    },
  ],
  ["grafana-cli grafana", { host: "--repo --pluginUrl" }],
  [
    "git",
    {
      remote: ".",
      when: /^(?:push|fetch|pull|ls-remote|archive|clone|request-pull|remote show|remote update|submodule add)\b/,
    },
  ],
  [
    "git",
    {
      host: "--remote --smtp-server",
      set: "-c --config-env $GIT_CONFIG_PARAMETERS",
      file: "$GIT_CONFIG_GLOBAL $GIT_CONFIG_SYSTEM $GIT_CONFIG",
      when: /(?:^|\s)(?:push|fetch|pull|ls-remote|archive|clone|request-pull|remote|submodule (?:update|add|init)|send-email|lfs (?:pull|push|fetch)|svn)\b/,
    },
  ],
  ["gh", { host: "--hostname $GH_HOST", repository: "-R --repo $GH_REPO", file: "$GH_CONFIG_DIR" }],
  ["gh", { repository: ".", when: /^(?:repo|browse)\b/ }],
  ["gh glab", { url: ".", when: /^(?:api|pr|mr|issue|run|release view|ci)\b/ }],
  [
    "glab",
    {
      host: "--hostname $GITLAB_HOST $GITLAB_URI $GL_HOST $GITLAB_API_HOST",
      repository: "-R --repo",
      file: "$GLAB_CONFIG_DIR",
    },
  ],
  ["tea", { url: "-l --login -R --repo -r --remote", host: "--url" }],
  ["svn svnsync svnrdump svnmucc", { url: ".", set: "--config-option", file: "--config-dir" }],
  [
    "hg",
    {
      url: ".",
      set: "--config",
      file: "$HGRCPATH",
      when: /\b(?:id|identify|incoming|in|outgoing|out|pull|push|clone)\b/,
    },
  ],
  [
    "docker docker-compose podman podman-compose nerdctl buildctl",
    {
      host: "-H --host --url --address --addr $DOCKER_HOST $CONTAINER_HOST $BUILDKIT_HOST $CONTAINERD_ADDRESS",
      file: "--config --connection-file $DOCKER_CONFIG $CONTAINERS_CONF $CONTAINERS_CONF_OVERRIDE $CONTAINERS_REGISTRIES_CONF $REGISTRIES_CONFIG_PATH",
      port: 2375,
      when: /^(?!run\b|create\b|exec\b|compose (?:run|exec)\b|container (?:run|create|exec)\b|service (?:create|update)\b|build\b|buildx build\b|swarm\b)/,
    },
  ],
  [
    "docker docker-compose podman podman-compose nerdctl",
    {
      host: "$DOCKER_HOST $CONTAINER_HOST $CONTAINERD_ADDRESS",
      file: "$DOCKER_CONFIG $CONTAINERS_CONF",
      port: 2375,
    },
  ],
  [
    "docker podman nerdctl",
    {
      image: ".",
      when: /^(?:pull|push|search|manifest|buildx imagetools|image (?:pull|push)|login|logout)\b/,
    },
  ],
  [
    "skopeo",
    { url: ".", file: "--registries-conf --authfile $REGISTRY_AUTH_FILE $REGISTRIES_CONFIG_PATH" },
  ],
  [
    "crane oras cosign regctl notation",
    { image: ".", host: "--rekor-url --fulcio-url --registry", file: "--registry-config" },
  ],
  [
    "trivy",
    {
      host: "--server $TRIVY_SERVER --proxy",
      image: "--db-repository --java-db-repository --checks-bundle-repository $TRIVY_DB_REPOSITORY",
      file: "-c --config",
    },
  ],
  ["grype syft", { host: "$GRYPE_DB_UPDATE_URL $GRYPE_REGISTRY_*", file: "-c --config" }],
  [
    "psql pg_dump pg_dumpall pg_restore pg_isready pg_basebackup createdb dropdb vacuumdb pgbench pgcli pg_receivewal pg_recvlogical reindexdb clusterdb",
    POSTGRES,
  ],
  [
    "mysql mariadb mysqladmin mysqlshow mysqldump mysqlimport mysqlcheck mariadb-dump mariadb-admin mycli mysqlsh mysqlslap",
    MYSQL,
  ],
  ["redis-cli valkey-cli keydb-cli iredis", { host: "-h -u --uri --url $REDIS_URL", port: 6379 }],
  [
    "mongo mongosh mongodump mongorestore mongoexport mongoimport mongostat mongotop mongofiles",
    MONGO,
  ],
  ["mongo", { host: "." }],
  ["sqlcmd bcp mssql-cli", { host: "-S --server $SQLCMDSERVER" }],
  ["cqlsh", { host: ". $CQLSH_HOST", file: "--cqlshrc" }],
  ["nodetool", { host: "-h --host" }],
  [
    "clickhouse-client clickhouse-local clickhouse",
    { host: "-h --host", file: "-C --config-file", url: "." },
  ],
  ["influx", { host: "--host -host $INFLUX_HOST", file: "--configs-path $INFLUX_CONFIGS_PATH" }],
  ["cockroach", { host: "--host --url $COCKROACH_URL $COCKROACH_HOST" }],
  ["usql", { url: "." }],
  ["memcstat memcping memccat memcdump", { host: "--servers $MEMCACHED_SERVERS", port: 11_211 }],
  [
    "ldapsearch ldapwhoami ldapcompare ldapmodify ldapadd ldapdelete ldappasswd",
    { host: "-H -h $LDAPURI $LDAPHOST", file: "$LDAPCONF $LDAPRC" },
  ],
  [
    "npm pnpm yarn yarnpkg bun npx pnpx bunx deno",
    {
      host: "--registry --proxy --https-proxy --@*:registry $npm_config_registry $npm_config_*proxy $npm_config_@* $YARN_NPM_REGISTRY_SERVER $YARN_NPM_AUDIT_REGISTRY $YARN_REGISTRY $YARN_*_PROXY $BUN_CONFIG_REGISTRY $JSR_URL",
      file: "--userconfig --globalconfig $npm_config_userconfig $npm_config_globalconfig $YARN_RC_FILENAME",
    },
  ],
  ["npm pnpm yarn bun", { url: ".", when: FETCHED }],
  ["bun", { file: "-c --config", when: FETCHED }],
  ["deno", { url: ".", when: /^(?:info|cache|check|doc|add|install)\b/ }],
  [
    "pip pip3 pip3.10 pip3.11 pip3.12 pip3.13 pipx uv",
    {
      host: "-i --index-url --extra-index-url --default-index --proxy",
      url: "-f --find-links --index .",
      file: "--config-file",
      // What they run has options of its own.
      when: /^(?!run\b|tool run\b)/,
    },
  ],
  [
    "pip pip3 pip3.10 pip3.11 pip3.12 pip3.13 pipx uv uvx",
    {
      host: "$PIP_INDEX_URL $PIP_EXTRA_INDEX_URL $PIP_PROXY $UV_INDEX_URL $UV_EXTRA_INDEX_URL $UV_DEFAULT_INDEX $UV_PYTHON_INSTALL_MIRROR",
      url: "$PIP_FIND_LINKS $UV_INDEX $UV_FIND_LINKS",
      file: "$PIP_CONFIG_FILE $UV_CONFIG_FILE",
    },
  ],
  ["poetry", { host: "$POETRY_REPOSITORIES_*_URL", file: "$POETRY_CONFIG_DIR" }],
  ["pdm", { host: "$PDM_PYPI_URL", file: "-c --config $PDM_CONFIG_FILE" }],
  ["pipenv", { host: "--pypi-mirror -i --index $PIPENV_PYPI_MIRROR" }],
  ["twine", { host: "--repository-url $TWINE_REPOSITORY_URL", file: "--config-file" }],
  [
    "conda mamba micromamba",
    {
      host: "$CONDA_CHANNEL_ALIAS",
      url: "-c --channel $CONDA_CHANNELS $CONDA_DEFAULT_CHANNELS",
      file: "$CONDARC $MAMBARC --rc-file",
    },
  ],
  [
    "gem",
    {
      host: "-s --source --host --http-proxy -p $RUBYGEMS_HOST",
      file: "--config-file $GEMRC",
      when: /^(?!build|env|install|uninstall)/,
    },
  ],
  [
    "bundle bundler",
    { host: "$BUNDLE_MIRROR__* $RUBYGEMS_HOST", file: "$BUNDLE_APP_CONFIG $BUNDLE_USER_CONFIG" },
  ],
  [
    "cargo",
    {
      url: "--index --registry",
      host: "$CARGO_REGISTRIES_*_INDEX $CARGO_HTTP_PROXY",
      set: "--config",
      file: "$CARGO_HOME",
    },
  ],
  ["go", { host: "$GOPROXY $GOSUMDB", file: "$GOENV" }],
  [
    "composer",
    { url: "--repository --repository-url", file: "$COMPOSER_HOME", when: /^(?!config)/ },
  ],
  [
    "mvn mvnw mvnd",
    {
      url: "-DremoteRepositories -Drepository --remote-repositories",
      file: "-s --settings -gs --global-settings",
    },
  ],
  [
    "dotnet nuget",
    { url: "-s --source -Source --add-source", file: "--config --configfile -ConfigFile" },
  ],
  [
    "brew",
    {
      host: "$HOMEBREW_API_DOMAIN $HOMEBREW_ARTIFACT_DOMAIN $HOMEBREW_BOTTLE_DOMAIN $HOMEBREW_BREW_GIT_REMOTE $HOMEBREW_CORE_GIT_REMOTE",
    },
  ],
  [
    "apt apt-get aptitude",
    {
      set: "-o --option",
      file: "-c --config-file $APT_CONFIG",
      when: /^(?!show|search|policy|list|depends)/,
    },
  ],
  ["curl", { host: "--dns-servers $IPFS_GATEWAY", file: "$CURL_HOME" }],
  ["wget", { host: "-B --base", set: "-e --execute", file: "--config $WGETRC" }],
  ["http https xh xhs", { host: "--proxy", file: "$HTTPIE_CONFIG_DIR" }],
  ["aria2c", { host: "--all-proxy --http-proxy --https-proxy --ftp-proxy", file: "--conf-path" }],
  ["ab", { host: "-X" }],
  ["wscat", { host: "-c --connect --proxy" }],
  ["websocat wscat hey wrk ab vegeta k6 lynx w3m links elinks", { url: "." }],
  [
    "yt-dlp youtube-dl",
    {
      host: "--proxy --geo-verification-proxy",
      url: ".",
      file: "--config-location --config-locations",
    },
  ],
  ["ssh scp sftp ssh-copy-id mosh", { host: "-J -W", set: "-o", file: "-F" }],
  [
    "ssh-keyscan mosh gnutls-cli nmap ntpdate snmpwalk snmpget snmpset fping mtr tracepath nping masscan",
    { host: "." },
  ],
  ["rsync", { url: ".", host: "$RSYNC_PROXY" }],
  ["nc ncat netcat nc.openbsd", { host: "-x --proxy" }],
  [
    "openssl",
    {
      host: "-connect -proxy -host -url -server -tls-server",
      when: /^(?:s_client|s_time|ocsp|cmp|ts)\b/,
    },
  ],
  ["gpg gpg2", { host: "--keyserver" }],
  ["smbclient rpcclient", { host: "-L --list -I --ip-address ." }],
  ["ansible ansible-playbook", { list: "-i --inventory" }],
  ["kcat kafkacat", { host: "-b", file: "-F" }],
  [
    "kafka-topics kafka-topics.sh kafka-console-consumer kafka-console-consumer.sh kafka-consumer-groups kafka-consumer-groups.sh kafka-configs kafka-configs.sh",
    KAFKA,
  ],
  ["rabbitmqadmin", { host: "-H --host", url: "-u --base-uri", file: "-c --config" }],
  ["rabbitmqctl rabbitmq-diagnostics", { host: "-n --node $RABBITMQ_NODENAME" }],
  ["nats", { host: "-s --server $NATS_URL" }],
  ["mosquitto_sub mosquitto_pub", { host: "-h -L --host --url --proxy", file: "-o" }],
  ["pulsar-admin pulsarctl", { host: "--admin-url -s --admin-service-url" }],
  ["temporal tctl", { host: "--address $TEMPORAL_ADDRESS $TEMPORAL_CLI_ADDRESS" }],
  [
    "rclone",
    {
      host: "--*-host --*-endpoint --*-url --url --rc-addr $RCLONE_*_HOST $RCLONE_*_ENDPOINT $RCLONE_*_URL",
      file: "--config $RCLONE_CONFIG",
    },
  ],
  [
    "restic",
    {
      remote: "-r --repo $RESTIC_REPOSITORY",
      url: "-r --repo $RESTIC_REPOSITORY",
      file: "--repository-file $RESTIC_REPOSITORY_FILE",
    },
  ],
  ["borg", { url: ". $BORG_REPO -r --repo", remote: "$BORG_REPO -r --repo" }],
  ["s3cmd", { host: "--host --host-bucket", file: "-c --config" }],
  ["mc mcli", { host: "$MC_HOST_*", file: "-C --config-dir $MC_CONFIG_DIR", url: "." }],
  ["b2", { url: "$B2_ENVIRONMENT --environment" }],
  ["jira", { host: "--server", file: "-c --config $JIRA_CONFIG_FILE" }],
  ["sonar-scanner", { url: "-Dsonar.host.url", set: "-D", host: "$SONAR_HOST_URL" }],
  ["snyk", { host: "$SNYK_API" }],
  ["jf jfrog", { host: "--url --*-url", file: "$JFROG_CLI_HOME_DIR" }],
  ["promtool", { host: "--server --url", url: ".", when: /^query\b/ }],
  ["amtool", { host: "--alertmanager.url", file: "--config.file" }],
  ["logcli", { host: "--addr $LOKI_ADDR $LOKI_HTTP_PROXY_URL" }],
  ["tsh tctl", { host: "--proxy --auth-server $TELEPORT_PROXY $TELEPORT_AUTH_SERVER" }],
  ["op", { host: "$OP_CONNECT_HOST" }],
  ["bw", { host: "$BW_SERVER" }],
  ["circleci", { host: "--host $CIRCLECI_CLI_HOST" }],
  ["travis", { host: "-e --api-endpoint" }],
  ["salt-call", { host: "--master", file: "-c --config-dir" }],
  ["puppet", { host: "--server --ca_server", file: "--config" }],
  ["knife", { host: "-s --server-url", file: "-c --config" }],
  ["ipmitool", { host: "-H" }],
  ["winrs", { host: "-r -remote" }],
];

/** One place of a call that names hosts. */
export type HostPlace = {
  readonly form: HostForm;
  readonly port: number | undefined;
  readonly when: RegExp | undefined;
};

/** The places of a program's calls that name hosts. */
export type HostPlaces = {
  /** By their spelling. */
  readonly options: ReadonlyMap<string, readonly HostPlace[]>;
  /** Options and variables of whose name a part is open. */
  readonly open: readonly (readonly [name: RegExp, place: HostPlace])[];
  readonly variables: ReadonlyMap<string, readonly HostPlace[]>;
  readonly operands: readonly HostPlace[];
};

const FORMS: readonly HostForm[] = [
  "host",
  "url",
  "list",
  "set",
  "remote",
  "repository",
  "image",
  "file",
];

/** Names of variables that programs take in either case. */
const EITHER_CASE = /^npm_config_/i;

/** What names hosts in the calls of a program; undefined for one that the table does not have. */
export const hostPlaces = byName((program): HostPlaces | undefined => {
  const rows = TABLE.filter(([programs]) => programs.split(" ").includes(program));
  if (rows.length === 0) return undefined;
  const options = new Map<string, HostPlace[]>();
  const variables = new Map<string, HostPlace[]>();
  const open: (readonly [RegExp, HostPlace])[] = [];
  const operands: HostPlace[] = [];
  for (const [, told] of rows)
    for (const form of FORMS)
      for (const word of told[form]?.split(" ") ?? []) {
        const place = { form, port: told.port, when: told.when };
        if (word === ".") operands.push(place);
        else if (word.includes("*")) open.push([openName(word), place]);
        else {
          const names = word.startsWith("$") ? variables : options;
          const name = variableName(word);
          names.set(name, [...(names.get(name) ?? []), place]);
        }
      }
  return { options, variables, open, operands };
});

/** The name by which a variable, `$` in front, or an option is looked up. */
export function variableName(word: string): string {
  return EITHER_CASE.test(word.slice(1)) ? word.toLowerCase() : word;
}

function openName(word: string): RegExp {
  const parts = word.split("*").map((part) => part.replace(/[.$]/g, "\\$&"));
  return new RegExp(`^${parts.join("[\\w.@/-]+")}$`, EITHER_CASE.test(word.slice(1)) ? "i" : "");
}
