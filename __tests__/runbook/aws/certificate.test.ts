import { type ACMClient, RequestCertificateCommand } from "@aws-sdk/client-acm";
import { covers, describeCertificate } from "../../../runbook/aws/certificate";
import { type Clients, openClients } from "../../../runbook/aws/clients";
import { issuedFindings } from "../../../runbook/aws/preflight/certificates";
import { emulator, EMULATOR_TIMEOUT } from "./emulators/emulator";

let clients: Clients;
let acm: ACMClient;

beforeAll(async () => {
  process.env.AWS_ENDPOINT_URL_ACM = await emulator("moto");
  clients = openClients();
  acm = clients.in("certificates", "eu-west-1");
}, EMULATOR_TIMEOUT);
afterAll(() => clients.close());

test("a certificate is known by its state, its names and the records that prove them", async () => {
  const { CertificateArn } = await acm.send(
    new RequestCertificateCommand({
      DomainName: "shop.example.com",
      SubjectAlternativeNames: ["*.shop.example.com"],
      ValidationMethod: "DNS",
    }),
  );
  const certificate = await describeCertificate(acm, CertificateArn!);
  expect(await issuedFindings(clients, "eu-west-1", "shop.example.com")).toMatchObject([
    {
      severity: "blocks",
      found: "shop.example.com: ACM's certificate in eu-west-1 is PENDING_VALIDATION",
      fix: expect.stringMatching(/^publish _.+\.shop\.example\.com\. CNAME /) as string,
    },
  ]);
  expect(certificate.status).toBe("PENDING_VALIDATION");
  expect(certificate.validationRecords).toContainEqual({
    host: "shop.example.com",
    name: expect.stringMatching(/^_.+\.shop\.example\.com\.$/) as string,
    type: "CNAME",
    value: expect.stringContaining(".acm-validations.aws.") as string,
    status: "PENDING_VALIDATION",
  });
  // The emulator validates it after a second.
  while ((await describeCertificate(acm, CertificateArn!)).status !== "ISSUED") {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  expect(await issuedFindings(clients, "eu-west-1", "shop.example.com:443")).toEqual([]);
  expect(await issuedFindings(clients, "us-east-1", "shop.example.com")).toMatchObject([
    {
      severity: "warns",
      found: "shop.example.com: ACM has no certificate for it in us-east-1",
    },
  ]);
  expect(covers(certificate, "shop.example.com")).toBe(true);
  expect(covers(certificate, "www.shop.example.com")).toBe(true);
  expect(covers(certificate, "a.b.shop.example.com")).toBe(false);
  expect(covers(certificate, "example.com")).toBe(false);
});

test("fails for a certificate that is not there, naming region and call", async () => {
  const arn = "arn:aws:acm:eu-west-1:123456789012:certificate/00000000-0000-0000-0000-000000000000";
  await expect(describeCertificate(acm, arn)).rejects.toThrow(
    /^eu-west-1: ACM DescribeCertificate: ResourceNotFoundException: /,
  );
});
