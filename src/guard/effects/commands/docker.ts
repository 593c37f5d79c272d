// docker and podman: containers that run with parts of this machine, images that come and go.
import { literal, type Text, textOf } from "../../shell/text.ts";
import {
  type CommandModel,
  type Consequence,
  parseInvocation,
  reads,
  writes,
} from "../command-model.ts";
import { flags, optionals, values } from "../option-lists.ts";
import {
  both,
  deploys,
  effect,
  installs,
  looks,
  publishes,
  runsCode,
  talksTo,
  type Verb,
  verbModel,
  verbs,
} from "../verbs.ts";

const LISTING = [
  flags(
    "aqfltsdnh",
    "--all --quiet --no-trunc --size --latest --help --digests --tree --no-stream --timestamps --details --follow --no-color --services --volumes --images --hash --environment --resolve-image-digests --dry-run --no-log-prefix --human",
  ),
  values(
    "",
    "--filter --format --tail --since --until -n --last --type --profile --index --orphans",
  ),
  optionals("", "--no-interpolate"),
];

/** Options of a container that reach beyond it. */
const mounts: Verb = {
  effects: ({ words }) => {
    const found: Consequence[] = [];
    words.forEach((word, at) => {
      const text = textOf(word) ?? "";
      const value = /^-v./.test(text)
        ? text.slice(2)
        : /^(--volume|--mount)=/.test(text)
          ? text.replace(/^[^=]*=/, "")
          : /^(-v|--volume|--mount)$/.test(text)
            ? (textOf(words[at + 1] ?? []) ?? "?")
            : undefined;
      if (value !== undefined) found.push(...oneMount(value));
      const isWide =
        /^(--privileged|--cap-add|--device|--security-opt|--userns=host|--pid=host|--ipc=host|--uts=host|--group-add|--cgroupns=host)/.test(
          text,
        ) ||
        (/^--(pid|ipc|uts|userns|cgroupns)$/.test(text) && textOf(words[at + 1] ?? []) === "host");
      if (isWide)
        found.push(effect<"privilege">({ kind: "privilege", means: "container", user: undefined }));
      if (
        /^--(net|network)=host$/.test(text) ||
        (/^--(net|network)$/.test(text) && textOf(words[at + 1] ?? []) === "host")
      )
        found.push(effect<"privilege">({ kind: "privilege", means: "container", user: undefined }));
    });
    return found;
  },
};

function oneMount(value: string): readonly Consequence[] {
  const source = value.includes("=")
    ? (/(?:^|,)(?:src|source)=([^,]*)/.exec(value)?.[1] ?? "")
    : (value.split(":")[0] ?? "");
  if (!/^[./~?]/.test(source)) return [];
  const path = literal(source);
  const readOnly = /(:|,)(ro|readonly)\b/.test(value);
  const wide =
    source === "/" ||
    /docker\.sock|podman\.sock|containerd\.sock/.test(source) ||
    /^\/(etc|proc|sys|dev|var\/run|run|root)(\/|$)/.test(source);
  return [
    reads(path, "tree"),
    ...(readOnly ? [] : [writes(path, "change", { reach: "tree" })]),
    ...(wide
      ? [effect<"privilege">({ kind: "privilege", means: "container", user: undefined })]
      : []),
  ];
}

const copies: Verb = {
  effects: ({ operands }) => {
    const [from, to] = operands;
    const isInside = (path: Text | undefined): boolean =>
      /^[\w.-]+:/.test(textOf(path ?? []) ?? "");
    return [
      ...(from === undefined || isInside(from) ? [] : [reads(from, "tree")]),
      ...(to === undefined || isInside(to)
        ? [effect<"deploy">({ kind: "deploy", system: "container", operation: "copy" })]
        : [writes(to, "create", { reach: "tree" })]),
    ];
  },
};

const runs = both(mounts, runsCode("unknown"));

const model = verbModel({
  names: ["docker", "podman", "docker-compose", "podman-compose", "nerdctl"],
  options: {
    about: flags("vh", "--version --help"),
    host: values("Hc", "--host --context --url --connection --identity"),
    files: values("f", "--file --env-file --config --tlscacert --tlscert --tlskey"),
    named: values(
      "lp",
      "--log-level --project-name --profile --project-directory --ansi --progress",
    ),
    style: flags("D", "--debug --tls --tlsverify --remote --compatibility"),
  },
  before: (call) => [
    ...call
      .values("host")
      .filter((host) => !/^(unix|npipe):|^(default|desktop-linux)$/.test(textOf(host) ?? ""))
      .map(
        (host): Consequence => ({
          kind: "contacts",
          url: host,
          scheme: "tcp",
          carries: [{ kind: "argument" }],
        }),
      ),
    ...call.values("files").map((path) => reads(path)),
  ],
  table: verbs(
    [
      "ps,images,logs,inspect,version,info,top,stats,port,history,diff,events,system df,system info,image ls,image list,image history,image inspect,container ls,container list,container ps,container logs,container inspect,container top,container stats,container port,volume ls,volume list,volume inspect,network ls,network list,network inspect,compose ps,compose ls,compose logs,compose images,compose top,compose version,compose port,compose config,compose events,context ls,context show,context inspect,buildx ls,buildx version,buildx du,plugin ls,help,manifest inspect,pod ps,machine ls",
      looks(...LISTING),
    ],
    [
      "run,create,container run,container create,compose run,compose up,up,play kube,kube play",
      both(installs(undefined, "container images"), runs),
    ],
    [
      "exec,container exec,compose exec,start,restart,container start,container restart,compose start,compose restart,attach,compose watch,compose create,unshare,machine start,sandbox",
      runs,
    ],
    // WHY: which files of the context are sent is decided by a file of the project, so they are not listed one by one.
    [
      "build,image build,builder build,buildx build,buildx bake,compose build",
      both(installs(undefined, "container images"), runsCode("project")),
    ],
    [
      "pull,image pull,compose pull,load,image load,import,image import,plugin install,volume create,network create,tag,image tag,commit,container commit,container rename,rename,network connect",
      installs(undefined, "container images"),
    ],
    ["push,image push,compose push,manifest push,compose publish", publishes("release", undefined)],
    ["login,logout,search,scout,trust", talksTo(undefined)],
    ["cp,container cp,compose cp", copies],
    [
      "save,image save,export,container export",
      {
        effects: ({ words }) =>
          words.flatMap((word, at): Consequence[] =>
            /^(-o|--output)$/.test(textOf(word) ?? "")
              ? [writes(words[at + 1] ?? [], "create")]
              : /^(-o.|--output=)/.test(textOf(word) ?? "")
                ? [writes(literal((textOf(word) ?? "").replace(/^(-o|--output=)/, "")), "create")]
                : [],
          ),
      },
    ],
    [
      "stop,kill,rm,rmi,pause,unpause,wait,update,container stop,container kill,container rm,container prune,image rm,image prune,volume rm,volume prune,network rm,network prune,network disconnect,system prune,builder prune,buildx prune,buildx rm,buildx create,buildx use,compose down,compose stop,compose kill,compose rm,down,context use,context create,context rm,secret create,secret rm,config create,config rm",
      deploys("container"),
    ],
    [
      "swarm,stack,service,node,swarm init,stack deploy,service create,service update,node update",
      deploys("container cluster"),
    ],
  ),
});

const COMPOSE_OPTIONS = {
  files: values("f", "--file --env-file"),
  named: values("p", "--project-name --profile --project-directory --ansi --progress --parallel"),
  style: flags("", "--compatibility --all-resources --dry-run"),
};

export const docker: CommandModel = {
  ...model,
  effects: (invocation, context) => {
    const [first, ...rest] = invocation.operands;
    if (first === undefined || textOf(first) !== "compose")
      return model.effects(invocation, context);
    // `compose` has options of its own in front of its verb.
    const inner = parseInvocation(
      { options: COMPOSE_OPTIONS, optionsEnd: "first-operand" },
      invocation.name,
      rest,
      invocation.stdin,
    );
    return [
      ...inner.values("files").map((path) => reads(path)),
      ...inner.strange.map(
        (option): Consequence => ({
          kind: "unknown",
          reason: "unknown-option",
          detail: `\`docker compose\` has an option that is not modelled: \`${option}\``,
        }),
      ),
      ...model.effects({ ...invocation, operands: [first, ...inner.operands] }, context),
    ];
  },
};
