// Options of verbs by the manuals of programs that cannot be tried here: `-n|--namespace=` takes a value, `--wait?` may.

const HELM_CLUSTER = "-n|--namespace= --kube-context=";
const HELM_CHART = `${HELM_CLUSTER} -f|--values= --set= --set-string= --set-file= --set-json= --version= --repo=`;
const KUBECTL = "-n|--namespace= --context= --dry-run?";
const MANIFESTS = `${KUBECTL} -f|--filename= -k|--kustomize= -o|--output= -R|--recursive`;

const DOCUMENTED: Readonly<Record<string, string>> = {
  // https://pnpm.io/cli/install and https://classic.yarnpkg.com/en/docs/cli/install
  "pnpm install": "--frozen-lockfile --ignore-scripts --prefer-offline --silent",
  "pnpm i": "--frozen-lockfile --ignore-scripts --prefer-offline --silent",
  "yarn install": "--frozen-lockfile --ignore-scripts",
  // https://helm.sh/docs/helm/helm_template/ and helm_status/
  "helm template": HELM_CHART,
  "helm status": HELM_CLUSTER,
  // https://developer.hashicorp.com/terraform/cli/commands/plan
  "terraform plan":
    "-no-color -compact-warnings -input? -refresh? -lock? -var= -var-file= -target= -lock-timeout= -parallelism= -destroy",
  // https://kubernetes.io/docs/reference/kubectl/generated/
  "kubectl apply": `${MANIFESTS} -l|--selector=`,
  "kubectl create": MANIFESTS,
  "kubectl replace": MANIFESTS,
  "kubectl delete": `${MANIFESTS} -l|--selector= --all --force --now --ignore-not-found? --wait? --grace-period= --cascade?`,
  "kubectl patch": `${MANIFESTS} -p|--patch= --type= --patch-file=`,
  "kubectl scale": `${MANIFESTS} -l|--selector= --replicas=`,
  // https://docs.docker.com/reference/cli/docker/
  "docker run": `-d|--detach -i|--interactive -t|--tty --rm --init --read-only -e|--env= --env-file= -v|--volume= -p|--publish=
    -w|--workdir= -u|--user= --name= --network= --entrypoint= --platform= --memory= --cpus= -h|--hostname=`,
  "docker compose config": "-q|--quiet --no-interpolate --services",
  "docker-compose config": "-q|--quiet --no-interpolate --services",
};

/** The options of a verb by their spellings, with whether each takes a value. */
export function documented(verb: string): ReadonlyMap<string, "none" | "required" | "optional"> {
  const found = new Map<string, "none" | "required" | "optional">();
  for (const word of (DOCUMENTED[verb] ?? "").split(/\s+/)) {
    const value = word.endsWith("=") ? "required" : word.endsWith("?") ? "optional" : "none";
    for (const name of word.replace(/[=?]$/, "").split("|")) found.set(name, value);
  }
  return found;
}
