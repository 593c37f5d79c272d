// Containers as a repository describes them: Dockerfiles, compose services, dev containers, pods and `docker run` lines, in one form.
import { keptFor } from "#base/lazily.ts";
import type { Container, ContainerInputs } from "../container.ts";
import { podContainers } from "../pods.ts";
import { compose } from "./compose.ts";
import { devContainers } from "./dev-containers.ts";
import { dockerfiles } from "./dockerfiles.ts";
import { CLIENT } from "./options.ts";
import { runLines } from "./run-lines.ts";

/**
 * Every container that the repository describes. WHY kept: many checks look at the same containers, and to read a repository's pods is
 * most of their work.
 */
export const containersOf = keptFor((auditInputs: ContainerInputs): readonly Container[] => [
  ...dockerfiles(auditInputs),
  ...compose(auditInputs),
  ...devContainers(auditInputs),
  ...runLines(auditInputs),
  ...podContainers(auditInputs, (text) => CLIENT.test(text)),
]);
