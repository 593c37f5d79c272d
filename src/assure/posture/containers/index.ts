// Containers as a repository describes them: Dockerfiles, compose services, dev containers, pods and `docker run` lines, in one form.
import type { Container } from "../container.ts";
import { podContainers } from "../pods.ts";
import type { Sights } from "../sights.ts";
import { compose } from "./compose.ts";
import { devContainers } from "./dev-containers.ts";
import { dockerfiles } from "./dockerfiles.ts";
import { CLIENT } from "./options.ts";
import { runLines } from "./run-lines.ts";

/** Every container that the repository describes. */
export function containersOf(sights: Sights): readonly Container[] {
  return [
    ...dockerfiles(sights),
    ...compose(sights),
    ...devContainers(sights),
    ...runLines(sights),
    ...podContainers(sights, (text) => CLIENT.test(text)),
  ];
}
