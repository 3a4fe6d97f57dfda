import {
  dereference,
  validate,
  type OutputUnit,
  type Schema,
  type SchemaDraft,
  type ValidationResult,
} from '@cfworker/json-schema'
import { StreamError } from '../../core/errors/error.js'
import { isObject, parseJson, type JsonObject } from '../../core/json/json.js'
import type { JsonStep } from '../../core/json/path.js'
import type { SchemaValidator, Violation } from './json-lines.js'

const DRAFTS: readonly (readonly [RegExp, SchemaDraft])[] = [
  [/^https:\/\/json-schema\.org\/draft\/2020-12\/schema#?$/, '2020-12'],
  [/^https?:\/\/json-schema\.org\/draft-07\/schema#?$/, '7'],
]

/** What a schema is: the keywords whose values have a form, in the terms of a schema. */
const META: Schema = {
  type: ['object', 'boolean'],
  properties: {
    ...each(['items', 'additionalProperties', 'not', 'if', 'then', 'else', 'contains', 'propertyNames'], {
      anyOf: [{ $ref: '#' }, { type: 'array', items: { $ref: '#' } }],
    }),
    ...each(['properties', '$defs', 'dependentSchemas'], {
      type: 'object',
      additionalProperties: { $ref: '#' },
    }),
    ...each(['allOf', 'anyOf', 'oneOf', 'prefixItems'], { type: 'array', items: { $ref: '#' } }),
    ...each(['minLength', 'maxLength', 'minItems', 'maxItems', 'minProperties', 'maxProperties'], {
      type: 'integer',
      minimum: 0,
    }),
    ...each(['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'], { type: 'number' }),
    ...each(['$id', '$ref', '$schema', '$anchor', 'format'], { type: 'string' }),
    patternProperties: { type: 'object', propertyNames: { format: 'regex' }, additionalProperties: { $ref: '#' } },
    pattern: { type: 'string', format: 'regex' },
    enum: { type: 'array' },
    required: { type: 'array', items: { type: 'string' } },
    type: {
      anyOf: [{ $ref: '#/$defs/type' }, { type: 'array', items: { $ref: '#/$defs/type' } }],
    },
  },
  $defs: { type: { enum: ['null', 'boolean', 'object', 'array', 'number', 'string', 'integer'] } },
}

function each(names: readonly string[], schema: Schema): Record<string, Schema> {
  return Object.fromEntries(names.map((name) => [name, { ...schema }]))
}

/**
 * What checks values with the JSON Schema that a text holds: draft 2020-12, or draft 7 where its `$schema` says so. `name` is
 * that of its file. Throws `bad_data` where it is none.
 */
export function compileSchema(text: string, name: string): SchemaValidator {
  const schema = parseJson(text)
  const refuse = (why: string) => new StreamError('bad_data', `${name} is not a JSON Schema: ${why}`)
  if (!isObject(schema)) throw refuse('it is not a JSON object')
  const spelled = schema['$schema'] ?? 'https://json-schema.org/draft/2020-12/schema'
  const draft = DRAFTS.find(([uri]) => uri.test(String(spelled)))?.[1]
  if (!draft) throw refuse(`its $schema is neither draft 2020-12 nor draft 7, but ${JSON.stringify(spelled)}`)
  const [fault] = errorsOf(() => validate(schema, META, '2020-12', dereference(META), false))
  if (fault) throw refuse(`${pointerIn(fault)}: ${fault.error}`)

  const lookup = dereferenced(schema, refuse)
  const at = (subschema: Schema | boolean): SchemaValidator => ({
    check: (value, pointer) =>
      errorsOf(() => validate(value, subschema, draft, lookup, false)).map((unit) => violation(unit, pointer)),
    at: (path) => at(path.reduce((parent, step) => below(resolved(parent), step), subschema)),
  })

  /** The schema that a reference leads to. */
  function resolved(subschema: Schema | boolean): JsonObject {
    let one = subschema
    for (let steps = 0; isObject(one) && typeof one['__absolute_ref__'] === 'string' && steps < 100; steps++) {
      one = lookup[one['__absolute_ref__']] ?? true
    }
    return isObject(one) ? one : {}
  }

  return at(schema)
}

/** All parts of a schema by their addresses; each reference in it leads to one of them. */
function dereferenced(schema: JsonObject, refuse: (why: string) => StreamError): Record<string, Schema | boolean> {
  try {
    const lookup = dereference(schema)
    for (const part of Object.values(lookup)) {
      if (!isObject(part)) continue
      const { $ref, __absolute_ref__: to } = part
      if (typeof to === 'string' && lookup[to] === undefined)
        throw refuse(`its $ref ${JSON.stringify($ref)} leads nowhere (files that it names are not fetched)`)
    }
    return lookup
  } catch (error) {
    if (error instanceof StreamError) throw error
    throw refuse(error instanceof Error ? error.message : String(error))
  }
}

/** The schema of what lies one step below; of what a schema says nothing, anything goes. */
function below(schema: JsonObject, step: JsonStep): Schema | boolean {
  const { properties, prefixItems, items, additionalProperties } = schema
  const tuple = Array.isArray(prefixItems) ? prefixItems : Array.isArray(items) ? items : []
  const named =
    step.kind === 'name' && isObject(properties) && Object.hasOwn(properties, step.name)
      ? properties[step.name]
      : undefined
  const placed = step.kind === 'name' ? tuple[Number(step.name)] : undefined
  const rest = step.kind !== 'element' && isObject(properties) ? additionalProperties : items
  const found: unknown = named ?? placed ?? (tuple.length > 0 ? true : rest)
  return isObject(found) || typeof found === 'boolean' ? found : true
}

/** What is wrong, as far as the stack reaches. */
function errorsOf(validation: () => ValidationResult): OutputUnit[] {
  try {
    return leaves(validation().errors)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new StreamError(
      'bad_data',
      'it cannot be checked: the schema refers to itself without an end, or goes too deep',
    )
  }
}

/** Keywords of which it says more that they failed than why each of their schemas did. */
const CHOICES = new Set(['anyOf', 'oneOf', 'not', 'contains', 'if', 'propertyNames'])

/** Of errors within errors those that say the most. */
function leaves(errors: readonly OutputUnit[]): OutputUnit[] {
  const found: OutputUnit[] = []
  let inside: string | undefined
  for (const [at, unit] of errors.entries()) {
    if (inside !== undefined && unit.keywordLocation.startsWith(inside)) continue
    // What nothing is allowed for has been said one line before.
    if (unit.keyword === 'false' && at > 0) continue
    inside = CHOICES.has(unit.keyword) ? `${unit.keywordLocation}/` : undefined
    const isParent = errors[at + 1]?.keywordLocation.startsWith(`${unit.keywordLocation}/`) ?? false
    if (inside !== undefined || !isParent) found.push(unit)
  }
  return found
}

function pointerIn({ instanceLocation }: OutputUnit): string {
  return instanceLocation.replace(/^#/, '') || '/'
}

function violation({ instanceLocation, error }: OutputUnit, base: string): Violation {
  return { pointer: base + instanceLocation.replace(/^#/, ''), message: error }
}
