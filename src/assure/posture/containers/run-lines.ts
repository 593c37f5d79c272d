// Containers that lines of scripts, packages and documents start.
import type { Container, ContainerInputs } from "../container.ts";
import { filesIn, linesOf } from "../looking.ts";
import { packageScripts, scriptFiles } from "../scripts-seen.ts";
import { CLIENT, joined, mountSource, variableOf } from "./options.ts";

/** One container of each `docker run` or `create` line. */
export function runLines(auditInputs: ContainerInputs): readonly Container[] {
  const lines = [
    ...scriptFiles(auditInputs).flatMap((file) =>
      linesOf(file).map(({ line, text }) => ({ file, line, text })),
    ),
    ...packageScripts(auditInputs).map(({ file, line, command }) => ({
      file,
      line,
      text: command,
    })),
    ...filesIn([auditInputs.repository], /(?:^|\/)(?:README|CLAUDE|CONTRIBUTING)\.md$/i).flatMap(
      (file) => linesOf(file).map(({ line, text }) => ({ file, line, text })),
    ),
  ];
  return lines
    .filter(
      ({ file, text }) =>
        !/^\s*(?:#|echo\b)/.test(text) &&
        // A point of a text for people within a program.
        !(/^\s*[-*]\s/.test(text) && /\.(?:[a-z]*sh|py|[cm]?[jt]s|rb|pl)$/.test(file.path)) &&
        /\b(?:docker|podman|nerdctl)\s+(?:container\s+)?(?:run|create)\b/.test(text),
    )
    .map(({ file, line, text }): Container => {
      const words = (
        text
          .replace(/^.*?\b(?:docker|podman|nerdctl)\s+(?:container\s+)?(?:run|create)\s/, "")
          .match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? []
      ).map((word) => word.replaceAll(/["']/g, ""));
      const said = words.map((one) => ({ text: one, line }));
      const image = imageAt(words);
      const user = valueOf(words, /^(?:-u|--user)$/, /^--user=(.+)$/);
      return {
        kind: "run",
        file,
        line,
        text,
        hasClient: CLIENT.test(text) || CLIENT.test(file.path),
        image: image === undefined ? undefined : { text: image, line },
        user: user === undefined ? undefined : { text: user, line },
        mounts: words.flatMap((word, index) =>
          mountSource(word, words[index - 1]).map((source) => ({ text: source, line })),
        ),
        options: joined(said),
        variables: words.flatMap((word, index) => {
          const attached = /^--env=(.+)$/.exec(word)?.[1];
          const given =
            attached ?? (/^(?:-e|--env)$/.test(words[index - 1] ?? "") ? word : undefined);
          return given === undefined ? [] : [variableOf(given, line)];
        }),
        commands: [{ text, line }],
      };
    });
}

function valueOf(words: readonly string[], apart: RegExp, attached: RegExp): string | undefined {
  for (const [index, word] of words.entries()) {
    const value = attached.exec(word)?.[1];
    if (value !== undefined) return value;
    if (apart.test(word)) return words[index + 1];
  }
  return undefined;
}

const WITH_VALUE =
  /^(?:-[a-z]*[evplhuwm]|--(?:env|env-file|volume|publish|expose|label|name|hostname|user|workdir|memory|cpus|network|net|mount|tmpfs|cap-add|cap-drop|security-opt|device|entrypoint|add-host|dns|ip|pid|ipc|userns|ulimit|restart|platform|pull|runtime|shm-size|gpus|pids-limit|log-driver|log-opt|group-add|sysctl))$/;

function imageAt(words: readonly string[]): string | undefined {
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? "";
    if (WITH_VALUE.test(word)) index += 1;
    else if (!word.startsWith("-")) return word;
  }
  return undefined;
}
