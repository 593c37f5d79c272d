// Calls whose words ask for a secret: the environment or a secret file of a container, a key of an account, a stored password.
import { literal, type Text, textOf } from "../../shell/values/text.ts";
import type { Consequence } from "../model/command-model.ts";
import { reads } from "../model/consequences.ts";

/** Characters of a call that is looked through. */
const LINE_CHARS_MAX = 2_048;

/** Names of files that hold secrets wherever they lie, in a container or a bucket too. */
const SECRET_FILE =
  /(?:[/:\s"'=]|^)(?:\.env(?:\.(?!example\b|sample\b|template\b|dist\b)\w+)?|\.netrc|\.npmrc|\.pypirc|\.pgpass|\.git-credentials|id_(?:rsa|dsa|ecdsa|ed25519)|credentials\.json|[^\s/"']*\.(?:pem|key|p12|pfx|jks|keystore|kdbx|tfstate)|\.aws\/credentials|\.kube\/config|\.docker\/config\.json|run\/secrets(?:\/\S+)?|proc\/[^/\s]+\/environ|etc\/shadow)(?=$|[\s"';|&)])/;
/** A program in a container that prints its environment. */
const PRINTS_ENVIRONMENT =
  /(?:^|[\s"';&|(/])(?:env|printenv|export -p|declare -[px]+)(?=$|["';&|)]|\s*$|\s+(?:[|;&"']|[A-Z_]+\b(?!=)))/;
/** Names of settings that are keys. */
const KEY_SETTING =
  /(?:_authToken|_password|_auth|npmAuth(?:Token|Ident)|extraheader|github-oauth|gitlab-(?:oauth|token)|http-basic|bearer|oauth_token|pypi-token|\b(?:access[_-]?)?token|password|secret|api[_-]?key)\b/i;

type Asks = (line: string) => boolean;

const asks =
  (...patterns: readonly RegExp[]): Asks =>
  (line) =>
    patterns.some((pattern) => pattern.test(line));

/** What of a copy lies elsewhere: `web:/app/.env`. */
const FROM_ELSEWHERE = new RegExp(`(?:^|\\s)[\\w./-]+:\\S*${SECRET_FILE.source}`);
const RUNS = /(?:^|\s)(?:exec|ssh|alloc exec|ssh console)(?:\s|$)/;
const COPIES = /(?:^|\s)(?:cp|copy|scp|file pull)(?:\s|$)/;

/** Runs something elsewhere, or copies from there. */
const elsewhere: Asks = (line) =>
  (RUNS.test(line) && (SECRET_FILE.test(line) || PRINTS_ENVIRONMENT.test(line))) ||
  (COPIES.test(line) && FROM_ELSEWHERE.test(line));

const containers: Asks = (line) =>
  elsewhere(line) ||
  (/^compose .*\brun\b/.test(line) && PRINTS_ENVIRONMENT.test(line)) ||
  /\binspect\b.*(?:\.Env\b|\.Config\s*\}|json \.\s*\}|json \.Config\s*\})/.test(line) ||
  /secret inspect .*--showsecret/.test(line);

const clusters: Asks = (line) =>
  elsewhere(line) || /(?:^|\s)whoami (?:-t|--show-token)\b|(?:^|\s)extract .*secret/.test(line);

const settings: Asks = (line) =>
  /(?:^|\s)(?:config|get|c)(?:\s|$)/.test(line) &&
  !/(?:^|\s)(?:set|unset|delete|add|rm|remove|--unset\S*|--add|--replace-all)(?:\s|$)/.test(line) &&
  KEY_SETTING.test(line);

/** What a search is for that wants a secret found. */
const WANTS_SECRET =
  /password|passwd|secret|api[_-]?key|private[ _]key|\bAKIA|_token|credential|\.env\b/i;

/** Calls that print all of something, in which secrets may be; what is searched in it says whether they are wanted. */
const PRINTS_ALL: ReadonlyMap<string, RegExp> = new Map([
  ...["docker", "podman", "nerdctl", "crictl"].map(
    (name) => [name, /(?:^|\s)(?:inspect|config|logs)(?:\s|$)/] as const,
  ),
  ...["kubectl", "oc", "k"].map(
    (name) => [name, /(?:^|\s)(?:get|describe)\s.*|(?:^|\s)logs\s/] as const,
  ),
  ["helm", /(?:^|\s)get (?:values|all|manifest|hooks)(?:\s|$)/],
  ["docker-compose", /(?:^|\s)config(?:\s|$)/],
  ["git", /^(?=.*(?:--all|--branches|--walk-reflogs|\bstash show)\b).*(?:\s-p\b|--patch|-u\b)/],
  ["systemctl", /(?:^|\s)(?:show|cat)\s/],
  ["terraform", /(?:^|\s)(?:show|output|state show)(?:\s|$)/],
  ["tofu", /(?:^|\s)(?:show|output|state show)(?:\s|$)/],
]);

/** A value asked for by a name that says that it is one. */
const SECRET_OUTPUT =
  /\boutput\b.*(?:pass|secret|token|credential|(?<!public[_-]?)key(?![_-]?(?:name|id|pair|vault)))/i;

/** Calls that print values in the clear which are kept back elsewhere, unless something behind them picks what it needs. */
const PRINTS_VALUES: ReadonlyMap<string, RegExp> = new Map([
  ...["terraform", "tofu", "terragrunt"].map(
    (name) => [name, /(?:^|\s)(?:output|show)\s(?:.*\s)?-json(?:\s|$)/] as const,
  ),
  ["helm", /(?:^|\s)get all(?:\s|$)/],
  ...["docker", "podman", "nerdctl"].map(
    (name) => [name, /^(?:container )?inspect (?!.*(?:-f|--format|--type|-s)\b)(?!-)\S/] as const,
  ),
  // A state holds values in the clear that were never marked as secret, such as those of a resource.
  ["pulumi", /(?:^|\s)stack export(?:\s|$)|(?:^|\s)(?:stack output|config)\s.*--show-secrets/],
  // Settings of what runs there, with its environment, unless the call itself picks what it shows.
  [
    "aws",
    /^(?!.*--query(?!.*(?:nvironment|ariables))).*\b(?:lambda (?:get|list)-function\S*|ecs describe-task-definition|codebuild batch-get-projects|apprunner describe-service|elasticbeanstalk describe-configuration-settings|amplify (?:get|list)-(?:app|branch)\S*)(?:\s|$)/,
  ],
  [
    "gcloud",
    /(?:^|\s)(?:run services|run jobs|functions|app versions) describe\s(?!.*--format[= ]["']?(?:value|get|csv|table)\()/,
  ],
]);

/** Whether a program behind a pipe lets all through that comes. */
function letsAllThrough(consumer: readonly string[] | undefined): boolean {
  const [name = "", ...words] = consumer ?? [];
  const plain = words.filter((word) => !word.startsWith("-"));
  if (consumer === undefined || /^(?:cat|less|more|tee|head|tail|bat|nl)$/.test(name)) return true;
  return /^(?:jq|yq)$/.test(name) && (plain[0] ?? ".") === ".";
}

/** By program, whether the words of a call, with a space between them, ask for a secret. */
const BY_PROGRAM: ReadonlyMap<string, Asks> = new Map<string, Asks>([
  ...["docker", "podman", "nerdctl", "docker-compose", "podman-compose", "crictl", "ctr"].map(
    (name) => [name, containers] as const,
  ),
  ...["kubectl", "oc", "k", "k3s", "microk8s"].map((name) => [name, clusters] as const),
  ...[
    "lxc",
    "incus",
    "vagrant",
    "nomad",
    "fly",
    "flyctl",
    "machinectl",
    "multipass",
    "limactl",
  ].map((name) => [name, elsewhere] as const),
  ...[
    "npm",
    "pnpm",
    "yarn",
    "pip",
    "pip3",
    "composer",
    "bundle",
    "poetry",
    "glab",
    "gh",
    "git",
  ].map((name) => [name, settings] as const),
  [
    "aws",
    asks(
      /--with-decryption\b(?!\s*=?\s*false)/,
      /\beks get-token\b|generate-db-auth-token|get-session-token/,
      new RegExp(`^s3 (?:cp|sync|mv) .*${SECRET_FILE.source}`),
    ),
  ],
  ["gsutil", asks(new RegExp(`(?:^|\\s)(?:cp|cat|mv|rsync)\\s.*${SECRET_FILE.source}`))],
  [
    "az",
    asks(
      /\b(?:list-keys|keys list|key list|credential show|appsettings list|connection-string (?:list|show)|show-connection-string|list-connection-strings|get-access-token|generate-sas|list-secrets)\b/,
    ),
  ],
  // A value of the configuration that is kept encrypted is shown by its name.
  ["pulumi", asks(/(?:^|\s)config get\s.*(?:pass|secret|token|key|credential)/i)],
  ["artisan", asks(/(?:^|\s)env:decrypt(?:\s|$)/)],
  ["php", asks(/(?:^|\s|\/)artisan env:decrypt(?:\s|$)/)],
  ...["age", "rage"].map((name) => [name, asks(/(?:^|\s)(?:-\w*d\w*|--decrypt)(?:\s|$)/)] as const),
  ["kubeseal", asks(/--recovery-unseal\b/)],
  ["stripe", asks(/(?:^|\s)config\s(?:.*\s)?--list\b/)],
  ...["sls", "serverless"].map((name) => [name, asks(/^print(?:\s|$)/)] as const),
  ["etcdctl", asks(/(?:^|\s)get\s.*(?:secret|password|token|--prefix\s+(?:""|\/)?(?:\s|$))/i)],
  ...["terraform", "tofu", "terragrunt"].map(
    (name) => [name, asks(/\bstate pull\b/, SECRET_OUTPUT)] as const,
  ),
  [
    "systemctl",
    asks(/(?:^|\s)show\s(?!.*(?:-p\s?|--property[= ])).*\S|(?:-p\s?|--property[= ])\S*Environment/),
  ],
  ["tmux", asks(/(?:^|\s)(?:show-environment|showenv)(?:\s|$)/)],
  ["lpass", asks(/(?:^|\s)(?:show|export)(?:\s|$)/)],
  ["keepassxc-cli", asks(/(?:^|\s)(?:show|export|clip|attachment-export)(?:\s|$)/)],
  ["keyctl", asks(/(?:^|\s)(?:print|read|pipe)(?:\s|$)/)],
  ["cmdkey", asks(/list/i)],
  ["vaultcmd", asks(/list/i)],
  ["credstash", asks(/(?:^|\s)get(?:all)?(?:\s|$)/)],
  ["ansible-vault", asks(/^(?:view|decrypt)(?:\s|$)/)],
  ["reg", asks(/^(?:query|save|export)\s.*(?:SAM|SECURITY|password|\\Sessions|Winlogon)/i)],
  ["keyring", asks(/(?:^|\s)get(?:\s|$)/)],
  ["procdump", asks(/./)],
  ["gcore", asks(/./)],
  ["gdb", asks(/\b(?:gcore|generate-core-file|dump (?:binary )?(?:memory|value)|print \(char)/)],
  ["lldb", asks(/\b(?:process save-core|memory read)\b/)],
  ["ykman", asks(/\boath accounts code\b/)],
  ["oathtool", asks(/./)],
  ["summon", asks(PRINTS_ENVIRONMENT)],
  ["teller", asks(/(?:^|\s)(?:env|show|export|sh|run|template)(?:\s|$)/)],
  ["envconsul", asks(PRINTS_ENVIRONMENT)],
  ["direnv", asks(/(?:^|\s)(?:export|dump)(?:\s|$)/)],
  ["dotenv", asks(/(?:^|\s)(?:list|get)(?:\s|$)/)],
  ["dotnet", asks(/\buser-secrets list\b/)],
  ["my_print_defaults", asks(/./)],
  ["mysql_config_editor", asks(/(?:^|\s)print(?:\s|$)/)],
  ["gomplate", asks(/\.Env\.\w*|getenv|datasource/)],
]);

/**
 * What a call shows that is secret by what it asks for, whatever else it does: told as a look at the environment, for that is
 * what is known of it. `consumer` is the program that gets all that is printed, with its words.
 */
export function disclosedSecrets(
  name: string,
  args: readonly Text[],
  consumer: readonly string[] | undefined,
): readonly Consequence[] {
  const shows = BY_PROGRAM.get(name.replace(/\.exe$/i, ""));
  const prints = consumer === undefined ? undefined : PRINTS_ALL.get(name);
  const values = letsAllThrough(consumer) ? PRINTS_VALUES.get(name) : undefined;
  if (shows === undefined && prints === undefined && values === undefined) return [];
  const line = args.map((word) => textOf(word) ?? "?").join(" ");
  if (line.length > LINE_CHARS_MAX) return [];
  const isWanted =
    prints?.test(line) === true && WANTS_SECRET.test((consumer ?? []).slice(1).join(" "));
  return isWanted || values?.test(line) === true || shows?.(line) === true
    ? [reads(literal("/proc/self/environ"))]
    : [];
}
