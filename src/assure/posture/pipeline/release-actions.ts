// Actions and tasks that are known to publish, deploy, push or merge, by the name under which pipelines use them.

type Inputs = ReadonlyMap<string, string>;

/** An action and what it does, where its inputs do not say otherwise. */
type ReleaseAction = {
  readonly action: RegExp;
  readonly kind: "push" | "publish" | "deploy" | "merge";
  readonly when?: (inputs: Inputs) => boolean;
};

const isOn = (name: string) => (inputs: Inputs) =>
  inputs.has(name) && inputs.get(name) !== "false" && inputs.get(name) !== "";

/** Such actions. Each is public, and does what its own documentation says in its first lines. */
export const SCHEMES: readonly ReleaseAction[] = [
  {
    action:
      /^(?:softprops\/action-gh-release|ncipollo\/release-action|actions\/create-release|goreleaser\/goreleaser-action|marvinpinto\/action-automatic-releases|release-drafter\/release-drafter)@/,
    kind: "publish",
    when: (inputs) =>
      inputs.get("draft") !== "true" &&
      !/--snapshot|--skip[= ]publish/.test(inputs.get("args") ?? "") &&
      (inputs.get("args") ?? "release").includes("release"),
  },
  {
    action:
      /^(?:pypa\/gh-action-pypi-publish|JS-DevTools\/npm-publish|cycjimmy\/semantic-release-action|rubygems\/release-gem|katyo\/publish-crates)@/,
    kind: "publish",
  },
  { action: /^changesets\/action@/, kind: "publish", when: isOn("publish") },
  {
    action: /^docker\/build-push-action@/,
    kind: "publish",
    when: (inputs) =>
      inputs.get("push") === "true" || /type=registry/.test(inputs.get("outputs") ?? ""),
  },
  {
    action:
      /^(?:planetscale\/ghcommit-action|grafana\/github-api-commit-action|devops-infra\/action-commit-push|test-room-7\/action-update-file|swinton\/commit|iarekylew00t\/verified-bot-commit|github-actions-x\/commit|stefanzweifel\/git-auto-commit-action|ad-m\/github-push-action|EndBug\/add-and-commit|actions-js\/push)@/,
    kind: "push",
  },
  {
    action:
      /^(?:aws-actions\/(?:amazon-ecs-deploy-task-definition|aws-cloudformation-github-deploy|aws-lambda-deploy)|google-github-actions\/deploy-[\w-]+|azure\/(?:webapps-deploy|k8s-deploy|functions-action|arm-deploy|container-apps-deploy-action|static-web-apps-deploy)|actions\/deploy-pages|amondnet\/vercel-action|cloudflare\/(?:wrangler-action|pages-action)|FirebaseExtended\/action-hosting-deploy|superfly\/flyctl-actions|akhileshns\/heroku-deploy|appleboy\/(?:ssh|scp)-action|peaceiris\/actions-gh-pages|JamesIves\/github-pages-deploy-action|nwtgck\/actions-netlify|burnett01\/rsync-deployments|SamKirkland\/FTP-Deploy-Action|digitalocean\/app_action)(?:\/[\w-]+)?@/i,
    kind: "deploy",
  },
  {
    action:
      /^[\w.-]+\/[\w.-]*(?:auto-?merge|automerge|auto-?approve|approve-pull-?request|enable-[\w-]*merge|merge-(?:pull-?request|pr|dependabot))[\w.-]*(?:\/[\w-]+)?@|^(?:pascalgn\/automerge-action|hmarr\/auto-approve-action|peter-evans\/enable-pull-request-automerge|ahmadnassri\/action-dependabot-auto-merge|fastify\/github-action-merge-dependabot)@/,
    kind: "merge",
  },
  {
    action: /^(?:NuGetCommand|Npm|TwineAuthenticate|Docker)@\d/i,
    kind: "publish",
    when: (inputs) => /^(?:push|publish|buildAndPush)$/i.test(inputs.get("command") ?? ""),
  },
  {
    action:
      /^(?:AzureWebApp|AzureRmWebAppDeployment|AzureFunctionApp|KubernetesManifest|HelmDeploy|AzureResourceManagerTemplateDeployment|Kubernetes|AzureContainerApps)@\d/i,
    kind: "deploy",
  },
  {
    action:
      /^(?:aws-ecs|aws-s3|kubernetes|heroku|gcp-cloud-run|aws-elastic-beanstalk|serverless-framework)\/(?:deploy|sync|update|create-or-update|copy)/i,
    kind: "deploy",
  },
];
