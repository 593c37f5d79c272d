// docker, podman and their compose: containers that run with parts of this machine, images that come and go.
import { type Text, literal, textOf } from "../../shell/values/text.ts";
import type {
  CommandModel,
  Consequence,
  Invocation,
  ModelContext,
} from "../model/command-model.ts";
import { parseInvocation } from "../model/parse-invocation.ts";
import { loads, reads, writes } from "../model/consequences.ts";
import type { EngineAct } from "../../vocabulary/effect.ts";
import { composeGrants, composeImages, composeValues } from "../projects/compose-services.ts";
import { ASKS_IMAGES, isPublicImage, registryOf } from "../packages/image-registries.ts";
import { flags, maybeTaking, optionValues, taking } from "../model/option-list.ts";
import {
  type Verb,
  type VerbCall,
  deploys,
  effect,
  egress,
  installs,
  persists,
  publishes,
  readOnlyVerb,
  runsCode,
  talksTo,
  verbModel,
  verbs,
} from "../model/verbs.ts";
import { builds } from "../packages/image-builds.ts";
import { IMAGES, runsIn, strange } from "../packages/container-runs.ts";

const LISTING = [
  flags(
    "aqfltsdnhp",
    "--all --quiet --no-trunc --size --latest --help --digests --tree --no-stream --timestamps --details --follow --no-color --services --volumes --images --profiles --hash --environment --resolve-image-digests --dry-run --no-log-prefix --human --pod --noheading --names --sync --external --verbose --orphans --print",
  ),
  taking(
    "--filter --format --tail --since --until -n --last --type --profile --index --sort --ns --status --variant",
  ),
  maybeTaking("--no-interpolate --orphans --no-normalize --no-consistency --no-path-resolution"),
];

/** The engine is told something of the project's services; `compose pull` alone needs to know their images. */
function tells(act: EngineAct["act"], origin: "project" | "system" = "project"): Verb {
  return {
    effects: (call, context) => [
      effect<"execute">({
        kind: "execute",
        program: `${call.name} ${call.verb}`.trim(),
        origin,
        reach: "unbounded",
        engine: actOn(act, call, context),
      }),
    ],
  };
}

/** Options of these verbs that take a word, which is no name of a container, an image or a service. */
const VALUED =
  /^(?:-t|-s|--(?:timeout|time|signal|scale|pull|wait-timeout|exit-code-from|attach|no-attach|platform|policy|filter))$/;

function actOn(act: EngineAct["act"], call: VerbCall, context: ModelContext): EngineAct {
  const words = call.words.map((word) => textOf(word) ?? "?");
  const named = words.filter(
    (word, at) => !word.startsWith("-") && !VALUED.test(words[at - 1] ?? ""),
  );
  const isOfCompose = call.verb.startsWith("compose");
  const isSure = named.every((name) => NAME.test(name));
  const images = act === "bring" ? (isOfCompose ? composeImages(named, context) : named) : [];
  const names = act === "bring" ? images : named;
  return {
    act,
    of: isOfCompose
      ? "service"
      : act === "bring" || /^(?:rmi|image|builder|buildx)/.test(call.verb)
        ? "image"
        : "container",
    names: isSure ? names : [],
    hosts: isSure ? [...new Set(images.map(registryOf))] : [],
  };
}

/** What containers, images and services are called. */
const NAME = /^[\w][\w./:@-]{0,127}$/;

const COMPOSE_UP: Verb = runsCode("project");

const INSTALLS: Verb = installs(undefined, IMAGES);

/**
 * Images that are named on a public registry are brought as `create` and `run` bring them, and less happens: nothing of them
 * runs. What comes from elsewhere, or by words that are not known, is an install.
 */
const brings: Verb = {
  effects: (call, context) => {
    const { operands, unknownOptions: strange } = parseInvocation(
      { options: PULL_OPTIONS, optionsEnd: "anywhere" },
      call.name,
      call.words,
      call.stdin,
    );
    const isPlain = operands.length > 0 && strange.length === 0 && operands.every(isPublicImage);
    return isPlain
      ? [
          ...ASKS_IMAGES.effects({ ...call, operands }, context),
          ...tells("bring", "system").effects(call, context),
        ]
      : INSTALLS.effects(call, context);
  },
};

const PULL_OPTIONS = {
  named: taking("--platform"),
  style: flags("aq", "--all-tags --quiet"),
};

const copies: Verb = {
  effects: ({ name, words }) => {
    const [from, to] = words.filter((word) => /^(?:-$|[^-]|$)/.test(textOf(word) ?? ""));
    const isInside = (path: Text | undefined): boolean =>
      /^[\w.-]+:/.test(textOf(path ?? []) ?? "");
    const isStream = (path: Text | undefined): boolean => textOf(path ?? []) === "-";
    return [
      ...(from === undefined || isInside(from) || isStream(from) ? [] : [reads(from, "tree")]),
      ...(to === undefined || isInside(to)
        ? [
            effect<"execute">({
              kind: "execute",
              program: `${name} cp`,
              origin: "system",
              reach: "unbounded",
            }),
          ]
        : isStream(to)
          ? []
          : [writes(to, "create", { reach: "tree" })]),
    ];
  },
};

/** Writes the file that `-o` names. */
const saves: Verb = {
  effects: ({ words }) =>
    words.flatMap((word, at): Consequence[] =>
      /^(-o|--output)$/.test(textOf(word) ?? "")
        ? [writes(words[at + 1] ?? [], "create")]
        : /^(-o.|--output=)/.test(textOf(word) ?? "")
          ? [writes(literal((textOf(word) ?? "").replace(/^(-o|--output=)/, "")), "create")]
          : [],
    ),
};

/** Containers named one by one, which can be started again or made anew; those that a list names may be anybody's. */
function touches(
  act: EngineAct["act"],
  isLasting: RegExp,
  origin: "project" | "system" = "system",
): Verb {
  return {
    effects: (call, context) =>
      call.operands.some((word) => textOf(word) === undefined) ||
      call.words.some((word) => isLasting.test(textOf(word) ?? ""))
        ? deploys("container").effects(call, context)
        : tells(act, origin).effects(call, context),
  };
}

/** The engine keeps a name for something: nothing of this machine changes, unless a volume is a directory of it. */
const names: Verb = {
  effects: ({ words }) =>
    words.flatMap((word) => {
      const place = /(?:^|[=,])device=([^,]+)/.exec(textOf(word) ?? "")?.[1];
      return place === undefined
        ? []
        : [reads(literal(place), "tree"), writes(literal(place), "change", { reach: "tree" })];
    }),
};

/** What compose makes of its files, with the values that it takes from the settings beside them. */
const composeConfig: Verb = {
  options: [
    ...LISTING,
    { names: ["-o", "--output"], value: "required" },
    flags("--no-env-resolution"),
  ],
  effects: (call, context) => [
    ...readOnlyVerb().effects(call, context),
    ...saves.effects(call, context),
    ...(call.has(
      "--services",
      "--volumes",
      "--images",
      "--profiles",
      "--hash",
      "--quiet",
      "-q",
      "--no-interpolate",
    )
      ? []
      : [".env"].flatMap((path) => (context.isFile(literal(path)) ? [loads(literal(path))] : []))),
  ],
};

/** Options that mean more than what is named. */
const EVERY = /^(?:-a|--all|-l|--latest)$/;

const ENGINE = {
  about: flags("vh", "--version --help"),
  host: taking("Hc", "--host --context --url --connection --identity"),
  files: taking("f", "--file --env-file --config --tlscacert --tlscert --tlskey"),
  named: taking(
    "lp",
    "--log-level --project-name --profile --project-directory --ansi --progress --parallel --root",
  ),
  style: flags("D", "--debug --tls --tlsverify --remote --compatibility"),
};
const LOCAL_ENGINE = /^(?:unix:|npipe:|default$|desktop-linux$|rootless$|orbstack$|colima$|$)/;

const model = verbModel({
  names: ["docker", "podman", "docker-compose", "podman-compose", "nerdctl"],
  options: ENGINE,
  before: (call, context) => [
    ...enginesOf(call, context).flatMap((host): Consequence[] => [
      { kind: "contacts", url: host, scheme: "tcp", carries: [{ kind: "argument" }] },
      ...(LOOKS.test(textOf(call.operands.find((word) => textOf(word) !== "compose") ?? []) ?? "?")
        ? []
        : [effect<"deploy">({ kind: "deploy", system: "container host", operation: "remote" })]),
    ]),
    ...call.values("files").map((path) => reads(path)),
  ],
  table: verbs(
    [
      "ps,images,logs,inspect,version,info,stats,port,history,diff,events,wait,system info,image ls,image list,image history,image inspect,image tree,image exists,container ls,container list,container ps,container logs,container inspect,container stats,container port,container diff,container exists,volume ls,volume list,volume inspect,volume exists,network ls,network list,network inspect,network exists,compose ps,compose ls,compose logs,compose images,compose top,compose version,compose port,compose events,compose stats,compose volumes,context ls,context show,context inspect,buildx ls,buildx version,buildx du,buildx inspect,buildx history ls,plugin ls,help,pod ps,pod ls,pod inspect,pod logs,machine ls,machine inspect,healthcheck run,generate kube,kube generate,system connection list",
      readOnlyVerb(...LISTING, {
        names: ["--service", "-s", "--builder", "--bootstrap"],
        value: "optional",
      }),
    ],
    // What follows a container is for the engine's `ps`, which shows and does nothing else.
    ["top,container top", { effects: () => [] }],
    ["system df", readOnlyVerb(...LISTING, flags("-v --verbose"))],
    ["compose config,compose convert", composeConfig],
    ["manifest inspect,buildx imagetools inspect,search", ASKS_IMAGES],
    ["run,create,container run,container create", runsIn("system")],
    ["exec,container exec", runsIn("system")],
    ["compose run,compose exec", runsIn("project")],
    ["compose up,compose create", tells("make")],
    ["compose start", tells("start")],
    ["compose restart", tells("restart")],
    ["compose watch,compose attach,play kube,kube play,unshare,machine start,sandbox", COMPOSE_UP],
    [
      "start,unpause,container start,container unpause,compose unpause,attach",
      touches("start", EVERY),
    ],
    ["restart,container restart", touches("restart", EVERY)],
    ["stop,container stop,compose stop", touches("stop", EVERY)],
    ["kill,container kill,compose kill", touches("kill", EVERY)],
    ["pause,container pause,compose pause", touches("pause", EVERY)],
    [
      "rm,rmi,container rm,image rm,compose rm",
      touches("remove", /^(?:-[a-z]*[av][a-z]*|--volumes|--all)$/),
    ],
    ["compose down", touches("take-down", /^(?:-v|--volumes|--rmi.*)$/)],
    ["image prune,builder prune,buildx prune", touches("remove", /^(?:-[a-z]*a[a-z]*|--all)$/)],
    ["build,image build,builder build,buildx build,buildx bake,compose build", builds],
    ["pull,image pull", brings],
    // As `compose up`, which brings what its file names before it runs that.
    ["compose pull", tells("bring")],
    ["load,image load,import,image import,plugin install", INSTALLS],
    [
      "tag,image tag,commit,container commit,rename,container rename,volume create,network create,network connect,network disconnect,pod create",
      names,
    ],
    [
      "push,image push,compose push,manifest push,compose publish,plugin push,buildx imagetools create,trust sign,trust revoke",
      publishes("release", undefined),
    ],
    ["login,logout,scout,trust", talksTo(undefined)],
    ["cp,container cp,compose cp", copies],
    ["save,image save,export,container export,generate systemd", saves],
    [
      "update,container update",
      {
        effects: (call, context) => [
          ...deploys("container").effects(call, context),
          ...(optionValues(call.words, "--restart").some((value) => textOf(value) !== "no")
            ? persists("container").effects(call, context)
            : []),
        ],
      },
    ],
    [
      "container prune,volume rm,volume prune,network rm,network prune,system prune,system reset,buildx rm,buildx create,buildx use,context use,context create,context rm,secret create,secret rm,config create,config rm,pod rm,pod stop",
      deploys("container"),
    ],
    [
      "swarm,stack,service,node,swarm init,stack deploy,service create,service update,node update",
      deploys("container cluster"),
    ],
  ),
});

const LOOKS =
  /^(?:ps|images|logs|inspect|version|info|top|stats|port|history|diff|events|ls|config|help)$/;

/** Engines that are not the one of this machine, by option or variable. */
function enginesOf(call: Invocation, context: ModelContext): readonly Text[] {
  const set = ["DOCKER_HOST", "DOCKER_CONTEXT", "CONTAINER_HOST"].flatMap(
    (name) => context.variable(name) ?? [],
  );
  return [...call.values("host"), ...set].filter((host) => !LOCAL_ENGINE.test(textOf(host) ?? "?"));
}

const COMPOSE_OPTIONS = {
  files: taking("f", "--file --env-file"),
  named: taking("p", "--project-name --profile --project-directory --ansi --progress --parallel"),
  style: flags("--compatibility --all-resources --dry-run --verbose"),
};

export const docker: CommandModel = {
  ...model,
  effects: (invocation, context) => {
    const [first, ...rest] = invocation.operands;
    if (invocation.name.endsWith("-compose") && first !== undefined)
      return [
        ...model.effects(
          { ...invocation, operands: [literal("compose"), ...invocation.operands] },
          context,
        ),
        ...ofCompose(invocation.operands, invocation.args, invocation, context),
      ];
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
      ...strange(inner, "compose"),
      ...withUsualFiles(
        model.effects({ ...invocation, operands: [first, ...inner.operands] }, context),
        inner.values("files").length === 0,
      ),
      ...ofCompose(inner.operands, rest, invocation, context),
    ];
  },
};

/** What images of other files are, is not said: only the usual ones were looked at. */
function withUsualFiles(all: readonly Consequence[], isUsual: boolean): readonly Consequence[] {
  return all.map((one) => {
    if (isUsual || one.kind !== "effect" || one.effect.kind !== "execute") return one;
    const { engine, ...rest } = one.effect;
    return engine?.act === "bring"
      ? { ...one, effect: { ...rest, engine: { ...engine, names: [], hosts: [] } } }
      : one;
  });
}

/** A file of compose that it fetches, by an address, from a repository or a registry of images: from which host. */
const ELSEWHERE =
  /^(?:[a-z][\w+-]*:\/\/(?:[^@/]*@)?|[\w.-]+@(?=[^/]*:)|(?=github\.com\/))([\w.-]+)/i;

/** What follows from the files of compose. `words` begin with its verb, `args` with its own options. */
function ofCompose(
  words: readonly Text[],
  args: readonly Text[],
  { stdin }: Invocation,
  context: ModelContext,
): readonly Consequence[] {
  const named = optionValues(args, "-f", "--file");
  const hosts = named.flatMap((file) => ELSEWHERE.exec(textOf(file) ?? "")?.[1] ?? []);
  return [
    ...hosts.map((host) => egress(host)),
    ...composeGrants(words, named, stdin, context),
    ...composeValues(words, named, stdin, context),
  ];
}
