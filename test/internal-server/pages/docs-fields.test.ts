import { expect } from 'chai';
import { toFields, type Schema } from '../../../internal-server/pages/docs/fields';

describe('toFields', () => {
  const cases: [what: string, property: Schema, type: string, rules: string][] = [
    [
      'a text with rules',
      { type: 'string', minLength: 1, maxLength: 9 },
      'string',
      'minLength: 1, maxLength: 9',
    ],
    ['a format', { type: 'string', format: 'uuid' }, 'string (uuid)', ''],
    ['null', { type: ['string', 'null'] }, 'string or null', ''],
    ['fixed values', { enum: ['A', 2] }, '"A" or 2', ''],
    ['one value', { const: false }, 'false', ''],
    ['a shape', { $ref: '#/components/schemas/Lead' }, 'Lead', ''],
    [
      'a list of shapes',
      { type: 'array', items: { $ref: '#/components/schemas/Lead' } },
      'list of Lead',
      '',
    ],
    ['a choice', { anyOf: [{ type: 'string' }, { type: 'null' }] }, 'string or null', ''],
    ['a default of false', { type: 'boolean', default: false }, 'boolean', 'default: false'],
    ['anything', {}, 'any', ''],
  ];
  for (const [what, property, type, stated] of cases) {
    it(`describes ${what}`, () => {
      const rules = ['required', ...(stated ? [stated] : [])].join(', ');
      const [field] = toFields({ properties: { a: property }, required: ['a'] });
      expect(field).to.deep.equal({ name: 'a', type, rules, description: '' });
    });
  }

  it('names the fields within objects and lists', () => {
    const inner = { type: 'object', properties: { b: { type: 'string' } } };
    const schema = { properties: { a: inner, list: { type: 'array', items: inner } } };
    expect(toFields(schema).map(({ name }) => name)).to.deep.equal([
      'a',
      'a.b',
      'list',
      'list[].b',
    ]);
  });
});
