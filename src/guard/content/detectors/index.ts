// Every detector, by the order of its file's name. A file has one detector or a list of them.
import type { Detector } from "../detector.ts";
import { aiCredentials } from "./ai.ts";
import { amazonAndGoogleCredentials } from "./amazon-and-google.ts";
import { awsAccessKeyId } from "./aws-access-key-id.ts";
import { cloudsCredentials } from "./clouds.ts";
import { codeHostingCredentials } from "./code-hosting.ts";
import { continuousIntegrationCredentials } from "./continuous-integration.ts";
import { databasesCredentials } from "./databases.ts";
import { clinical } from "./health/clinical.ts";
import { records } from "./health/records.ts";
import { usIdentifiers } from "./health/us-identifiers.ts";
import { identityCredentials } from "./identity.ts";
import { keysCredentials } from "./keys.ts";
import { messagingCredentials } from "./messaging.ts";
import { microsoftAzureCredentials } from "./microsoft-azure.ts";
import { observabilityCredentials } from "./observability.ts";
import { packageRegistriesCredentials } from "./package-registries.ts";
import { paymentsCredentials } from "./payments.ts";
import { documents } from "./personal/documents.ts";
import { emailAddress } from "./personal/email-address.ts";
import { iban } from "./personal/iban.ts";
import { ipAddress } from "./personal/ip-address.ts";
import { nationalIds } from "./personal/national-ids.ts";
import { paymentCard } from "./personal/payment-card.ts";
import { person } from "./personal/person.ts";
import { phoneNumber } from "./personal/phone-number.ts";
import { usSsn } from "./personal/us-ssn.ts";
import { privateKey } from "./private-key.ts";
import { secretManagersCredentials } from "./secret-managers.ts";
import { socialAndMapsCredentials } from "./social-and-maps.ts";
import { workAndContentCredentials } from "./work-and-content.ts";

export const DETECTORS_BY_FILE: readonly (Detector | readonly Detector[])[] = [
  // One a line, in the order of the files.
  aiCredentials,
  amazonAndGoogleCredentials,
  awsAccessKeyId,
  cloudsCredentials,
  codeHostingCredentials,
  continuousIntegrationCredentials,
  databasesCredentials,
  clinical,
  records,
  usIdentifiers,
  identityCredentials,
  keysCredentials,
  messagingCredentials,
  microsoftAzureCredentials,
  observabilityCredentials,
  packageRegistriesCredentials,
  paymentsCredentials,
  documents,
  emailAddress,
  iban,
  ipAddress,
  nationalIds,
  paymentCard,
  person,
  phoneNumber,
  usSsn,
  privateKey,
  secretManagersCredentials,
  socialAndMapsCredentials,
  workAndContentCredentials,
];

export const DETECTORS: readonly Detector[] = DETECTORS_BY_FILE.flat();
