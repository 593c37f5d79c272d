// What jobs hold: rights of their token, secrets, keys that do not expire, and where any of it is shown or handed on.
import type { Fault, Looks } from "../../check.ts";
import { type Step, UPLOAD } from "../../pipeline/pipeline.ts";
import { isTokenTaken } from "./own-protection.ts";
import { readsAlone } from "./worth.ts";
import { SECRET_NAME } from "./argument-secrets.ts";
import { secretInArguments } from "./told-arguments.ts";
import {
  type AgentInput,
  faultAt,
  overPipelines,
  type SeenPipelines,
  type StepInput,
} from "./seen-pipelines.ts";

/** Scopes by which a token changes what others run or get; writing contents, comments and requests is what a job may be for. */
const STRONG =
  /^(?:packages|deployments|actions|pages|workflows|administration|environments|secrets)$/;
const SECRET = /\$\{\{[^}]*\bsecrets(?:\.|\[)|\$\{\{[^}]*\bgithub\.token\b/;
const OWN_SECRET = /\$\{\{[^}]*\bsecrets\.(?!GITHUB_TOKEN\b|github_token\b)\w+/;
/** Inputs and variables by which keys are given that last until somebody takes them back. */
const STATIC_INPUT =
  /^(?:aws-secret-access-key|credentials_json|service_account_key|creds|publish-profile|kubeconfig)$/;
const STATIC_VARIABLE =
  /^(?:AWS_SECRET_ACCESS_KEY|GOOGLE_CREDENTIALS|GOOGLE_APPLICATION_CREDENTIALS(?:_JSON)?|GCP_SA_KEY|GCLOUD_SERVICE_KEY|AZURE_CREDENTIALS|AZURE_CLIENT_SECRET|ARM_CLIENT_SECRET|ALICLOUD_SECRET_KEY|DIGITALOCEAN_ACCESS_TOKEN|KUBECONFIG|KUBE_CONFIG\w*|KUBE_CONFIG_DATA)$/;
/** Files that hold secrets or what a session saw. */
const PRIVATE_FILES =
  /(?:^|[\s/~"'@=])(?:\.env(?!\.(?:example|sample|template))\b[\w.]*|\.aws\b|\.ssh\b|\.npmrc|\.netrc|\.kube\b|\.docker\/config\.json|\.git-credentials|\.claude(?:\.json|\/projects|\/?(?=$|[\s"'*])|\/\*)|credentials\.json|\.git(?:\/|$|\s)|id_rsa|id_ed25519|\*\.pem)/;
const WHOLE =
  /^\s*(?:\.|\.\/|\*\*|\*\*\/\*|\.\/\*\*(?:\/\*)?|\$\{\{\s*github\.workspace\s*\}\}\/?|\$GITHUB_WORKSPACE\/?|\/|~\/?|\$HOME\/?|\$CI_PROJECT_DIR\/?|\$\(Build\.SourcesDirectory\)\/?|\$\(System\.DefaultWorkingDirectory\)\/?|\$\(Pipeline\.Workspace\)\/?)\s*$/;

/** Commands that put files where others get them. */
const SENDS =
  /\b(?:rsync|aws s3 (?:cp|sync)|gsutil (?:-m )?(?:cp|rsync)|gcloud storage cp|az storage blob upload(?:-batch)?|rclone copy|scp|gh (?:release upload|gist create)|buildkite-agent artifact upload|curl\b[^\n|]*\s(?:-F|--form|-T|--upload-file|--data-binary))\b[^\n|;&]*/g;

/** Checks of the family `ci` about rights and secrets. */
export const rightsLooks: Looks = {
  "no-token-permissions": overPipelines((seen) => {
    const jobs = new Set(seen.agents().map(({ job }) => job));
    return seen.pipelines.flatMap(({ file, pipeline }) => {
      if (pipeline.platform !== "github" || pipeline.rights !== undefined) return [];
      return pipeline.jobs
        .filter((job) => jobs.has(job) && job.rights === undefined)
        .map(({ at }) =>
          faultAt(file, at, {
            message: "the token of this job has whatever rights the repository gives by default",
            fix: "say what it needs, such as `permissions: { contents: read, pull-requests: write }`",
          }),
        );
    });
  }),
  "write-all": overPipelines((seen) =>
    seen.pipelines.flatMap(({ file, pipeline }) =>
      [pipeline.rights, ...pipeline.jobs.map(({ rights }) => rights)].flatMap((rights) =>
        rights?.all === "write" ||
        // One by one it is the same.
        (rights !== undefined &&
          rights.scopes.filter(({ value }) => value === "write").length >= 10)
          ? [
              faultAt(file, rights.at, {
                message: "the token may write everything that the repository has",
                fix: "name the scopes that the job needs, and `read` for the rest",
              }),
            ]
          : [],
      ),
    ),
  ),
  "agent-token-too-strong": overPipelines((seen) => eachJob(seen, strongRights)),
  "kept-credentials": overPipelines((seen) =>
    seen.agentSteps().flatMap(({ file, pipeline, job, step }) =>
      // A token that only reads gets the code that the client has anyway, and the action brings a token of its own.
      keepsToken(step) && !isTokenTaken(job, readsAlone(job.rights ?? pipeline.rights))
        ? [
            {
              ...faultAt(file, step.uses?.at ?? step.at, {
                message:
                  "the token stays in `.git/config`, where every command of the client finds it",
                fix: "set `persist-credentials: false`",
              }),
              ...(readsAlone(job.rights ?? pipeline.rights) ? { severity: "low" as const } : {}),
            },
          ]
        : [],
    ),
  ),
  "all-secrets": overPipelines((seen) => [
    ...seen.steps.flatMap(({ file, step }) =>
      [...step.inputs, ...step.environment]
        .filter(({ value }) => /toJSON\(\s*secrets\s*\)/i.test(value))
        .map(({ at }) => faultAt(file, at, ALL_SECRETS)),
    ),
    ...seen.pipelines.flatMap(({ file, pipeline }) =>
      pipeline.jobs.flatMap((job) => [
        ...(job.givesAllSecrets === undefined || !isClients(job.calls?.text, seen)
          ? []
          : [faultAt(file, job.givesAllSecrets, ALL_SECRETS)]),
        ...[...job.environment, ...pipeline.environment]
          .filter(({ value }) => /toJSON\(\s*secrets\s*\)/i.test(value))
          .map(({ at }) => faultAt(file, at, ALL_SECRETS)),
      ]),
    ),
  ]),
  "static-cloud-key": overPipelines((seen) => eachJob(seen, staticKeys)),
  "secret-in-log": overPipelines((seen) => seen.steps.flatMap((sight) => shownSecrets(sight))),
  "secret-in-arguments": secretInArguments,
  "uploads-private-files": overPipelines((seen) =>
    seen.steps.flatMap(({ file, job, step }) => {
      const said = {
        message:
          "files with secrets, transcripts or the repository's own token are handed to whoever may see the run",
        fix: "name the files that are wanted",
      };
      const sent = step.scripts.flatMap((script) =>
        [...script.text.matchAll(SENDS)]
          .filter(([line]) => PRIVATE_FILES.test(line.replace(/\s-i\s+\S+/, "")))
          .map(({ index }) => faultAt(file, script.place(index), said)),
      );
      if (sent.length > 0) return sent;
      const isUpload =
        step.uses?.text === UPLOAD ||
        /^actions\/(?:upload-artifact|cache(?:\/save)?)@/.test(step.uses?.text ?? "");
      const path = isUpload ? step.inputs.find(({ name }) => name === "path") : undefined;
      if (path === undefined) return [];
      const parts = path.value.split("\n").filter((part) => !part.trim().startsWith("!"));
      const without = path.value.split("\n").some((part) => /^\s*!.*\.git\b/.test(part));
      const packed = parts.some((part) => packsPrivate(part.trim(), job));
      const bad =
        packed || parts.some((part) => PRIVATE_FILES.test(part) || (WHOLE.test(part) && !without));
      return bad ? [faultAt(file, path.at, said)] : [];
    }),
  ),
};

/** Whether a step of the job packs files with secrets into the file that is handed over. */
function packsPrivate(path: string, { steps }: StepInput["job"]): boolean {
  if (!/^[\w./-]+\.(?:tgz|tar(?:\.\w+)?|zip|7z)$/.test(path)) return false;
  const name = path.replace(/^.*\//, "").replaceAll(".", "\\.");
  const packs = new RegExp(`\\b(?:tar|zip|7z)\\b[^\\n]*${name}([^\\n;&|]*)`);
  return steps.some(({ scripts }) =>
    scripts.some(({ text }) => PRIVATE_FILES.test(packs.exec(text)?.[1] ?? "")),
  );
}

/** GitHub's checkout keeps the token unless it is told not to, Azure's only when it is told to. */
function keepsToken({ uses, inputs }: Step): boolean {
  const valueOf = (name: string) => inputs.find((input) => input.name === name)?.value;
  if (uses?.text.startsWith("actions/checkout@") === true)
    return valueOf("persist-credentials") !== "false";
  return uses?.text === "checkout" && valueOf("persistCredentials") === "true";
}

const ALL_SECRETS = {
  message: "every secret of the repository goes there, wanted or not",
  fix: "name the secrets that the job needs",
} as const;

/** Faults of the jobs in which the client runs, each job once. */
function eachJob(
  seen: SeenPipelines,
  find: (run: AgentInput, seen: SeenPipelines) => readonly Fault[],
): readonly Fault[] {
  const jobs = new Set<AgentInput["job"]>();
  return seen.agents().flatMap((run) => {
    if (jobs.has(run.job)) return [];
    jobs.add(run.job);
    return find(run, seen);
  });
}

/** Variables and secrets that are there to release. */
const RELEASE_NAME =
  /^(?:NPM_PUBLISH_TOKEN|NODE_AUTH_TOKEN|TWINE_PASSWORD|PYPI_\w*TOKEN|UV_PUBLISH_TOKEN|CARGO_REGISTRY_TOKEN|RUBYGEMS_API_KEY|GEM_HOST_API_KEY|NUGET_API_KEY|DOCKERHUB_(?:TOKEN|PASSWORD)|VERCEL_TOKEN|NETLIFY_AUTH_TOKEN|CLOUDFLARE_API_TOKEN|FLY_API_TOKEN|HEROKU_API_KEY|RELEASE_TOKEN|PUBLISH_TOKEN|DEPLOY_(?:KEY|TOKEN)|ADMIN_(?:PAT|TOKEN))$/;

/** Secrets that say by their own name that they are for releases or for somebody's whole account. */
const RELEASE_SECRET =
  /\bsecrets\.(?:\w+_)?(?:PAT|ADMIN_TOKEN|RELEASE_TOKEN|PUBLISH_TOKEN|DEPLOY_(?:KEY|TOKEN))\b/;

function strongRights({ file, job, pipeline }: AgentInput): readonly Fault[] {
  const rights = job.rights ?? pipeline.rights;
  const given = [
    ...job.environment,
    ...job.steps.flatMap((step) => [...step.environment, ...step.inputs]),
  ];
  const tokens = given
    .filter(
      ({ name, value }) =>
        SECRET.test(value) && (RELEASE_NAME.test(name) || RELEASE_SECRET.test(value)),
    )
    .map(({ name, at }) =>
      faultAt(file, at, {
        message: `the job that runs the client holds \`${name}\`, by which releases are made`,
        fix: "leave that to another job, which a person approves and in which no client runs",
      }),
    );
  const scopes = (rights?.scopes ?? [])
    .filter(({ name, value }) => value === "write" && STRONG.test(name))
    .map(({ name, at }) =>
      faultAt(file, at, {
        message: `the job that runs the client may write \`${name}\``,
        fix: "leave that to another job, which a person approves and in which no client runs",
      }),
    );
  return [...tokens, ...scopes];
}

/** Whether a called pipeline of this repository runs the client, or says so by its name. */
function isClients(called: string | undefined, seen: SeenPipelines): boolean {
  if (called === undefined) return false;
  if (/claude/i.test(called)) return true;
  const path = called.replace(/^\.\//, "").replace(/@.*$/, "");
  return seen.agents().some(({ file }) => file.path === path);
}

function staticKeys({ file, job, pipeline }: AgentInput): readonly Fault[] {
  const inputs = job.steps.flatMap((step) =>
    step.inputs.filter(({ name }) => STATIC_INPUT.test(name)),
  );
  const variables = [
    ...pipeline.environment,
    ...job.environment,
    ...job.steps.flatMap((step) => step.environment),
  ].filter(({ name }) => STATIC_VARIABLE.test(name));
  // Under another name it is the same key: the secret's own name says what it is.
  const renamed = [
    ...pipeline.environment,
    ...job.environment,
    ...job.steps.flatMap((step) => [...step.environment, ...step.inputs]),
  ].filter(
    ({ name, value }) =>
      STATIC_SECRET.test(value) && !STATIC_VARIABLE.test(name) && !STATIC_INPUT.test(name),
  );
  const logins = job.steps.flatMap((step) =>
    step.scripts.flatMap((script) =>
      [...script.text.matchAll(KEY_LOGINS)].map(({ 0: command, index }) =>
        faultAt(file, script.place(index), {
          message: `\`${command.slice(0, 60)}\` takes a key that lasts until somebody takes it back, in a job that runs the client`,
          fix: "let the job identify itself (`id-token: write` with a role of the cloud) and get a key of minutes",
        }),
      ),
    ),
  );
  const given = [...inputs, ...variables]
    .filter(({ value }) => isGiven(value))
    .concat(renamed)
    .map(({ name, at }) =>
      faultAt(file, at, {
        message: `\`${name}\` is a key that lasts until somebody takes it back, in a job that runs the client`,
        fix: "let the job identify itself (`id-token: write` with a role of the cloud) and get a key of minutes",
      }),
    );
  return [...given, ...logins];
}

const STATIC_SECRET =
  /\$\{\{[^}]*\bsecrets\.(?:\w*AWS_SECRET_ACCESS_KEY|\w*(?:GCP|GCLOUD|GOOGLE)\w*(?:SA_KEY|_KEY|CREDENTIALS)\w*|\w*AZURE_(?:CREDENTIALS|CLIENT_SECRET)|\w*ARM_CLIENT_SECRET|\w*KUBE_?CONFIG\w*)\b/;

/** Logins of clouds by a key. */
const KEY_LOGINS =
  /\bgcloud auth activate-service-account\b|\baws configure set (?:\S+\.)?aws_secret_access_key\b|\baz login\b(?=[^\n]*--service-principal)(?![^\n]*--federated-token)/g;

/** WHY not what another step gives: that is a key of minutes, or a file that names an identity. */
const isGiven = (value: string): boolean =>
  SECRET.test(value) ||
  (!/\$\{\{\s*(?:steps|needs|env|vars)\./.test(value) &&
    /^credentials\(|^\$[({]?\w|^\S{16,}$/.test(value));

/** Commands that print a secret, all variables, or every command with its words. */
function shownSecrets({ file, pipeline, job, step }: StepInput): readonly Fault[] {
  const settings = [...pipeline.environment, ...job.environment, ...step.environment];
  const holders = settings.filter(
    ({ value }) => SECRET.test(value) || value.startsWith("credentials("),
  );
  const names = new Set(holders.map(({ name }) => name));
  const traced = settings.filter(
    ({ name, value }) => TRACES.test(name) && /^(?:true|1)$/i.test(value),
  );
  const said: Pick<Fault, "message" | "fix"> = {
    message: "a secret, or everything that is set, is printed into the log of the job",
    fix: "print nothing of it; the system hides only values that it knows, and only as they are",
  };
  const byTrace = traced.slice(0, 1).map(({ at }) => faultAt(file, at, said));
  const byCommand = step.scripts.flatMap((script) => {
    const lines = script.text.split("\n");
    let offset = 0;
    const isSecretNamed = [
      ...job.steps
        .flatMap(({ scripts }) => scripts.map(({ text }) => text))
        .join("\n")
        .matchAll(/\$\{?([A-Z][A-Z0-9_]+)\b/g),
    ].some(([, name = ""]) => SECRET_NAME.test(name));
    const hasSecrets = names.size > 0 || OWN_SECRET.test(script.text);
    return lines.flatMap((line) => {
      const start = offset;
      offset += line.length + 1;
      const shown = { names, hasSecrets, isSecretNamed, platform: pipeline.platform };
      if (!showsSecret(line, shown)) return [];
      return [faultAt(file, script.place(start + line.search(/\S|$/)), said)];
    });
  });
  return [...byTrace, ...byCommand];
}

/** Variables by which services print each command with every value. */
const TRACES =
  /^(?:CI_DEBUG_TRACE|CI_DEBUG_SERVICES|ACTIONS_STEP_DEBUG|ACTIONS_RUNNER_DEBUG|system\.debug)$/i;

/** All variables at once: within a longer line, or by code. */
const DUMPS =
  /\b(?:Get-ChildItem|gci|dir|ls)\s+(?:-Path\s+)?["']?env:\\?\*?["']?\s*(?:$|[|;])|(?:[;&{]|\bthen|\bdo)\s*(?:printenv|env|export -p)(?:\s*\|\s*(?:sort|cat))?\s*(?:;|&&|\}|$)|\bconsole\.\w+\(\s*(?:JSON\.stringify\(\s*)?process\.env\s*[,)]|\bprint\(\s*(?:dict\(|json\.dumps\(\s*(?:dict\()?)?\s*os\.environ\s*[,)]|\b(?:puts|p|pp)\s+ENV(?:\.(?:to_h|inspect))?\s*(?:["';]|$)|\b(?:var_dump|print_r|var_export)\(\s*(?:getenv\(\)|\$_ENV)|\bnode\s+(?:-p|--print|-pe)\s+["']?process\.env\s*(?:["']|$)|\bprint\s+%ENV|\bforeach[^\n]*\bkeys\s+%ENV|\bGetEnvironmentVariables\(\)|^jq\s+(?:-\w+\s+)*-\w*n\w*\s+["']?(?:env|\$ENV)["']?\s*$|^(?:env|printenv)\s+-0\s*(?:\||$)|^export\s*$|^compgen\s+-(?:e|v)\s*$|^(?:cat|strings|xargs -0 -a|tr [^<|]*<)\s*\/proc\/(?:self|\$\$|\d+)\/environ\b|^(?:env|printenv|export -p|declare -[px]+)\s*\|\s*(?:head|tail|less|more|column|nl|fold|tr)\b(?![^\n]*[|>])/;

/** One variable, printed by code of some language or by a program that shows what it is given. */
const PRINTS_ONE = (name: string) =>
  new RegExp(
    `\\b(?:console\\.\\w+|print|puts|pp?|printf|write|echo)\\b[^\\n]*(?:process\\.env\\.${name}\\b|(?:environ|ENV|getenv|process\\.env)\\s*(?:\\.get)?[\\[({]\\s*["']${name}["'])|^printenv\\s+(?:\\S+\\s+)*${name}\\b(?![^\\n]*[|>])|^(?:cat|tee\\s+/dev/std(?:err|out))\\s*<<<\\s*["']?\\$\\{?${name}\\b`,
  );

type Holders = {
  readonly names: ReadonlySet<string>;
  readonly hasSecrets: boolean;
  /** A variable of the script says by its name that it holds one. */
  readonly isSecretNamed: boolean;
  readonly platform: string;
};

function showsSecret(
  line: string,
  { names, hasSecrets, isSecretNamed, platform }: Holders,
): boolean {
  const command = line.trim().replace(/^(?:sudo|-)\s+/, "");
  if (command.startsWith("#")) return false;
  if (/^set\s+-\w*x|^set\s+-o\s+xtrace|^(?:ba|da|z|k)?sh\s+-\w*x\w*\b/.test(command))
    return hasSecrets || (platform === "gitlab" && isSecretNamed);
  if (DUMPS.test(command)) return true;
  if ([...names].some((name) => PRINTS_ONE(name).test(command))) return true;
  const filter =
    /^(?:env|printenv|export -p)\s*\|\s*[ef]?grep\s+(?:-[ieE]+\s+)*["']?\^?(\w+)["'=]*$/.exec(
      command,
    )?.[1];
  if (filter !== undefined && [...names].some((name) => name.includes(filter.toUpperCase())))
    return true;
  if (
    /^(?:printenv|env|export -p|set|declare -[px]+)(?:\s*\|\s*(?:sort|cat|tee\b.*))?\s*(?:;|&&|$)/.test(
      command,
    )
  )
    return true;
  if (
    /^(?:cat|head|tail|less|more)\s+[^|>]*(?:\.env(?!\.(?:example|sample|template))\b|\.aws\/credentials|\.npmrc|\.netrc|\.git-credentials|\.ssh\/id_)[^|>]*$/.test(
      command,
    )
  )
    return true;
  if (/^(?:Get-ChildItem|gci|dir|ls)\s+env:/i.test(command)) return true;
  if (/\btoJSON\(\s*(?:secrets|env)\s*\)/i.test(command) && /^(?:echo|printf)\b/.test(command))
    return true;
  if (/^kubectl\s+get\s+secrets?\b.*-o\s*(?:ya?ml|json)[^|>]*$/.test(command)) return true;
  if (!/^(?:echo|printf|print|Write-Host|Write-Output)\b/i.test(command)) return false;
  if (/::add-mask::|##vso\[task\.setvariable/.test(command)) return false;
  // What goes on into a program or a file is not in the log; what only passes base64 and the like is.
  const shown = command.replace(
    /\|\s*(?:base64|rev|xxd|od|hexdump|tr|cut|sed|cat|fold|head|tail|tee(?:\s+-a)?(?:\s+[\w./-]+)*)\b[^|>]*/g,
    "",
  );
  if (
    /\||(?<![0-9&])>{1,2}(?!&)/.test(
      shown.replace(/"[^"]*"|'[^']*'/g, (text) => text.replace(/[|>]/g, " ")),
    )
  )
    return false;
  if (/\$\{\{\s*(?:secrets\.|github\.token)/.test(command)) return true;
  const used = [
    ...command.replace(/'[^']*'/g, "").matchAll(/\$\{?([A-Za-z_]\w*)(?![\w]*:?\+)/g),
  ].map((match) => match[1] ?? "");
  const isNamed = platform !== "github" && platform !== "action";
  if (platform === "azure" && /\$\(\w*(?:token|secret|password|api_?key)\w*\)/i.test(command))
    return true;
  if (/\$env:/i.test(command))
    used.push(...[...command.matchAll(/\$env:(\w+)/gi)].map((match) => match[1] ?? ""));
  const lengthOnly = /\$\{#/.test(command);
  return !lengthOnly && used.some((name) => names.has(name) || (isNamed && SECRET_NAME.test(name)));
}
