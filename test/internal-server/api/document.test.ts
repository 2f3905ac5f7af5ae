import { expect } from 'chai';
import {
  apiRoutesOf,
  createContract,
  readDocument,
  type ApiDocument,
  type Content,
  type Contract,
  type LocatedOperation,
} from '../../support/api/contract';
import { startInternalApp, type InternalFixture } from '../../support/apps/internal-app';

describe('GET /openapi.json', () => {
  let fixture: InternalFixture;
  let document: ApiDocument;
  let contract: Contract;
  let operations: LocatedOperation[];

  before(async () => {
    fixture = await startInternalApp();
    document = await readDocument(fixture);
    contract = createContract(document);
    ({ operations } = contract);
  });

  after(async () => {
    await fixture.close();
  });

  /** Returns the target of a reference. */
  function resolve(reference: string): unknown {
    const steps = reference.replace(/^#\//, '').split('/');
    return steps.reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], document);
  }

  const exampleOf = ({ schema, example }: Content[string]): unknown => {
    const target = '$ref' in schema ? (resolve(String(schema.$ref)) as object) : schema;
    return example ?? ('example' in target ? target.example : undefined);
  };

  /** The JSON and form bodies of an operation's request and responses. */
  const contentsOf = ({ requestBody, responses }: LocatedOperation) =>
    [requestBody, ...Object.values(responses)]
      .flatMap((part) => Object.entries(part?.content ?? {}))
      .filter(([type]) => type.endsWith('json') || type.startsWith('multipart/'))
      .map(([, content]) => content);

  it('is OpenAPI 3.1, and every reference has a target', () => {
    expect(document.openapi).to.match(/^3\.1\.\d+$/);
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)];
    expect(references.length).to.be.above(100);
    for (const [, reference = ''] of references) {
      expect(resolve(reference), reference).to.be.an('object');
    }
  });

  it('describes every operation once, with a summary and its responses', () => {
    const ids = operations.map(({ operationId }) => operationId);
    expect(new Set(ids).size).to.equal(ids.length);
    for (const { operationId, summary, responses } of operations) {
      expect(summary, operationId).to.be.a('string').and.not.empty;
      expect(Object.keys(responses), operationId).to.include.members(['429', '500', '503']);
      for (const [status, { description, content }] of Object.entries(responses)) {
        expect(description, `${operationId} ${status}`).to.not.be.empty;
        if (Number(status) < 400) continue;
        expect(content, `${operationId} ${status}`).to.have.keys(['application/problem+json']);
      }
    }
  });

  it('describes each route of the API, the public submission, and no other', () => {
    const described = operations.map(({ method, path }) => `${method.toUpperCase()} ${path}`);
    expect(described).to.have.members([...apiRoutesOf(fixture.app), 'POST /leads']);
  });

  it('writes patterns as regular expressions without flags', () => {
    const patterns = [...JSON.stringify(document).matchAll(/"pattern":("(?:[^"\\]|\\.)*")/g)];
    expect(patterns).to.not.be.empty;
    for (const [, text = ''] of patterns) {
      const pattern = JSON.parse(text) as string;
      expect(pattern).to.match(/^\^.*\$$/);
      expect(() => new RegExp(pattern, 'u')).to.not.throw();
    }
  });

  it('gives a valid example of every request and response body', () => {
    for (const operation of operations) {
      for (const content of contentsOf(operation)) {
        const example = exampleOf(content);
        expect(example, operation.operationId).to.not.be.undefined;
        const wrong = contract.problem(content.schema, example);
        expect(wrong, `${operation.operationId}: ${JSON.stringify(example)}`).to.equal(undefined);
      }
    }
  });

  it('has schemas that refuse an invalid example', () => {
    const { schemas } = document.components;
    const lead = (schemas.Lead as { example: object }).example;
    expect(contract.problem(schemas.Lead!, { ...lead, state: 'CALLED' })).to.be.a('string');
    expect(contract.problem(schemas.Lead!, { ...lead, cv: 'x' })).to.be.a('string');
  });

  it('describes and types the parameters of the lists', () => {
    const { parameters = [] } = contract.find('getLeads');
    const of = (name: string) => parameters.find((each) => each.name === name)!.schema;
    expect(of('limit')).to.include({ type: 'integer', minimum: 1, maximum: 100, default: 25 });
    expect(of('flagged')).to.include({ type: 'boolean', default: false });
    expect(of('assigned')).to.include({ type: 'string' });
    const unexplained = [...parameters, ...contract.find('getOutbox').parameters!]
      .filter(({ description, name }) => !description && !['state', 'sort', 'order'].includes(name))
      .map(({ name }) => name);
    expect(unexplained).to.deep.equal([]);
  });

  it('requires a body where an empty one is not valid', () => {
    const required = operations.filter((each) => each.requestBody?.required);
    expect(required.map(({ operationId }) => operationId)).to.have.members([
      'postAccounts',
      'patchLeadsOne',
      'postLeadsOneNotes',
      'submitLead',
    ]);
  });
});
