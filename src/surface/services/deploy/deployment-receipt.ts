// Receipts of deployments: what was deployed, signed with the key of this installation's operator.
import * as v from "valibot";
import { type Deployment, deploymentSchema } from "#govern/deploy/deployment.ts";
import type { NoteSigner } from "#record/log/note.ts";
import { signatureOver, signatureSchema } from "../exceptions/operator-signature.ts";

/** A deployment and the operator's signature over all of it: every file with its digest before and after. */
export const deploymentReceiptSchema = v.strictObject({
  deployment: deploymentSchema,
  signature: signatureSchema,
});
export type DeploymentReceipt = v.InferOutput<typeof deploymentReceiptSchema>;

/** Signs a deployment. */
export function signDeployment(deployment: Deployment, key: NoteSigner): DeploymentReceipt {
  return { deployment, signature: signatureOver("deployment", deployment, key) };
}
