// Containers of Dockerfiles: the last stage with all that it is built on.
import type { Container, ContainerInputs } from "../container.ts";
import { filesIn } from "../looking.ts";
import { readDockerfile } from "../texts/dockerfile.ts";
import { CLIENT } from "./options.ts";

/** One container of each Dockerfile. */
export function dockerfiles({ repository }: ContainerInputs): readonly Container[] {
  return filesIn(
    [repository],
    /(?:^|\/)(?:Dockerfile|Containerfile)(?:[.-][\w.-]+)?$|\.(?:dockerfile|Dockerfile)$/,
  ).map((file) => {
    const all = readDockerfile(file.text ?? "");
    const last = all.at(-1)?.stage ?? 0;
    const stages = new Map(
      all
        .filter(({ name }) => name === "FROM")
        .map(({ rest, stage }) => [/\sas\s+(\S+)/i.exec(rest)?.[1]?.toLowerCase(), stage]),
    );
    const chain = chainOf(all, stages, last);
    const own = all.filter(({ stage }) => chain.includes(stage));
    const user = own.findLast(({ name }) => name === "USER");
    const from = own.find(({ name, stage }) => name === "FROM" && stage === chain[0]);
    const image = from?.rest.replaceAll(/--\w+=\S+\s*/g, "").split(/\s+/)[0];
    const argument = /^\$\{?(\w+)/.exec(image ?? "")?.[1];
    const resolved =
      argument === undefined
        ? image
        : (all
            .find(({ name, rest }) => name === "ARG" && rest.startsWith(`${argument}=`))
            ?.rest.slice(argument.length + 1) ?? image);
    return {
      kind: "dockerfile",
      file,
      line: from?.line ?? 1,
      text: file.text ?? "",
      hasClient: CLIENT.test(own.map(({ rest }) => rest).join("\n")),
      image:
        resolved === undefined || from === undefined
          ? undefined
          : { text: resolved.replaceAll(/["']/g, ""), line: from.line },
      user: user === undefined ? undefined : { text: user.rest, line: user.line },
      mounts: [],
      options: [],
      variables: own
        .filter(({ name }) => name === "ENV")
        .map(({ rest, line }) => ({
          text: rest,
          line,
          name: /^[\w]+/.exec(rest)?.[0] ?? "",
          hasValue: true,
        })),
      commands: own
        .filter(({ name }) => /^(?:RUN|CMD|ENTRYPOINT)$/.test(name))
        .map(({ rest, line }) => ({
          text: rest.replaceAll(/","\s*"?|",\s*"|^\["|"\]$/g, " "),
          line,
        })),
    } satisfies Container;
  });
}

/** Stages that the last one is built on, the first one first. */
function chainOf(
  all: ReturnType<typeof readDockerfile>,
  stages: ReadonlyMap<string | undefined, number>,
  last: number,
): readonly number[] {
  const chain: number[] = [];
  let stage: number | undefined = last;
  while (stage !== undefined && stage > 0 && !chain.includes(stage)) {
    chain.unshift(stage);
    const from = all.find((one) => one.name === "FROM" && one.stage === stage);
    const base = from?.rest
      .replaceAll(/--\w+=\S+\s*/g, "")
      .split(/\s+/)[0]
      ?.toLowerCase();
    stage = base === undefined ? undefined : stages.get(base);
  }
  return chain;
}
