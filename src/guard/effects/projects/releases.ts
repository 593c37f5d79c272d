// Goals of build programs whose name says that they hand something to others: `gradle publish`, `make deploy`.
import { ownValue } from "#base/own-value.ts";
import type { Consequence } from "../model/command-model.ts";
import { databaseEffect } from "../languages/evaluation/sql-shell-commands.ts";
import { effect } from "../model/verbs.ts";

/** By program, the words that publish a package. */
const PUBLISHING: Readonly<Record<string, RegExp>> = {
  mvn: /^(?:deploy(?::.*)?|release:(?:prepare|perform|stage).*|nexus-staging:.*|jib:build|docker:push)$/,
  gradle:
    /(?:^|:)(?:publish(?!\w*MavenLocal)\w*|uploadArchives|bintrayUpload|closeAndRelease\w*|jib|dockerPush)$/,
  rake: /^(?:release(?:[:[].*)?|gem:push|publish.*)$/,
  sbt: /^\+?(?:publish(?!Local|M2)\w*|release|ci-release|\w+\/publish)$/,
  lein: /^(?:deploy|release)$/,
  lerna: /^publish$/,
  nx: /^(?:release|publish|nx-release-publish)$/,
  changeset: /^publish$/,
  "semantic-release": /^(?!--?(?:d|dry-run|h|help|v|version)$)/,
};
/** Goals of plug-ins for databases after which what was kept is gone: `flyway:clean`, `:api:flywayClean`, `liquibase:dropAll`. */
const EMPTIES =
  /(?:^|[:.-])(?:flyway|liquibase|sql|jooq|ebean|mybatis|migrations?):?(?:clean|drop-?all|undo|repair|rollback\w*|down)$/i;
const SAME: Readonly<Record<string, string>> = { mvnw: "mvn", gradlew: "gradle" };
/** Goals of any program that say so themselves. */
const SAYS_DEPLOY = /^(?:deploy|undeploy|rollback)(?:[-:_/].*)?$/;
const SAYS_PUBLISH = /^publish(?:[-:_/].*)?$/;
const BY_GOAL = new Set(["make", "gmake", "just", "task", "rake", "ant"]);

/** What the words of a call of a build program say that it does for others. */
export function releasesByName(
  program: string,
  words: readonly (string | undefined)[],
): readonly Consequence[] {
  const pattern = ownValue(PUBLISHING, ownValue(SAME, program) ?? program);
  const named = words.filter((word) => word !== undefined);
  const isDry = named.some((word) =>
    /^(?:--dry-run|-n|-DdryRun(?:=true)?|--snapshot|--help|-h)$/.test(word),
  );
  if (isDry) return [];
  const publishes =
    (program === "semantic-release" && named.length === 0) ||
    named.some((word) => pattern?.test(word) === true);
  return [
    ...(publishes ? [published()] : []),
    ...(named.some((word) => EMPTIES.test(word)) ? databaseEffect("destroys") : []),
    ...(BY_GOAL.has(program) ? saysSo(named) : []),
  ];
}

/** What names of goals or scripts say themselves. */
export function saysSo(names: readonly string[]): readonly Consequence[] {
  const deploying = names.find((name) => SAYS_DEPLOY.test(name));
  return [
    ...(names.some((name) => SAYS_PUBLISH.test(name)) ? [published()] : []),
    ...(deploying === undefined
      ? []
      : [
          effect<"deploy">({
            kind: "deploy",
            system: "the project's target",
            operation: deploying,
          }),
        ]),
  ];
}

/** A package goes to a registry that stands in settings. */
export function published(): Consequence {
  return effect<"publish">({
    kind: "publish",
    channel: "package",
    destination: undefined,
    refs: undefined,
  });
}
