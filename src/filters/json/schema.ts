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

/** Schema of a schema: checks the form of each keyword value that we rely on. */
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
 * Compiles a JSON Schema: draft 2020-12, or draft 7 if `$schema` names it. `name` is the name of its file. Throws `bad_data` if
 * `text` is not a valid schema.
 */
export function compileSchema(text: string, name: string): SchemaValidator {
  const schema = parseJson(text)
  const refuse = (why: string) => new StreamError('bad_data', `${name} is not a JSON Schema: ${why}`)
  if (!isObject(schema)) throw refuse('it is not a JSON object')
  const uri = schema['$schema'] ?? 'https://json-schema.org/draft/2020-12/schema'
  const draft = DRAFTS.find(([pattern]) => pattern.test(String(uri)))?.[1]
  if (!draft) throw refuse(`its $schema is neither draft 2020-12 nor draft 7, but ${JSON.stringify(uri)}`)
  const [schemaError] = errorsOf(() => validate(schema, META, '2020-12', dereference(META), false))
  if (schemaError) throw refuse(`${pointerOf(schemaError)}: ${schemaError.error}`)

  const lookup = resolveReferences(schema, refuse)
  const validatorFor = (subschema: Schema | boolean): SchemaValidator => ({
    check: (value, pointer) =>
      errorsOf(() => validate(value, subschema, draft, lookup, false)).map((unit) => toViolation(unit, pointer)),
    at: (path) => validatorFor(path.reduce((parent, step) => subschemaAt(resolve(parent), step), subschema)),
  })

  /** Follows references to the schema they point to. */
  function resolve(subschema: Schema | boolean): JsonObject {
    let target = subschema
    for (let steps = 0; isObject(target) && typeof target['__absolute_ref__'] === 'string' && steps < 100; steps++) {
      target = lookup[target['__absolute_ref__']] ?? true
    }
    return isObject(target) ? target : {}
  }

  return validatorFor(schema)
}

/** Returns all subschemas by URI. Throws if a `$ref` cannot be resolved. */
function resolveReferences(schema: JsonObject, refuse: (why: string) => StreamError): Record<string, Schema | boolean> {
  try {
    const lookup = dereference(schema)
    for (const part of Object.values(lookup)) {
      if (!isObject(part)) continue
      const { $ref, __absolute_ref__: to } = part
      if (typeof to === 'string' && lookup[to] === undefined)
        throw refuse(`its $ref ${JSON.stringify($ref)} cannot be resolved (other files and URLs are not loaded)`)
    }
    return lookup
  } catch (error) {
    if (error instanceof StreamError) throw error
    throw refuse(error instanceof Error ? error.message : String(error))
  }
}

/** Returns the schema for the child at `step`, or true (accepts any value) if the schema has none. */
function subschemaAt(schema: JsonObject, step: JsonStep): Schema | boolean {
  const { properties, prefixItems, items, additionalProperties } = schema
  const tuple = Array.isArray(prefixItems) ? prefixItems : Array.isArray(items) ? items : []
  const property =
    step.kind === 'name' && isObject(properties) && Object.hasOwn(properties, step.name)
      ? properties[step.name]
      : undefined
  const tupleItem = step.kind === 'name' ? tuple[Number(step.name)] : undefined
  const rest = step.kind !== 'element' && isObject(properties) ? additionalProperties : items
  const selected: unknown = property ?? tupleItem ?? (tuple.length > 0 ? true : rest)
  return isObject(selected) || typeof selected === 'boolean' ? selected : true
}

/** Runs a validation and returns its most specific errors. Throws `bad_data` if it overflows the stack. */
function errorsOf(validation: () => ValidationResult): OutputUnit[] {
  try {
    return mostSpecific(validation().errors)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new StreamError(
      'bad_data',
      'cannot validate: the schema references itself endlessly, or the data is nested too deeply',
    )
  }
}

/** Keywords whose own error is more useful than the errors of their subschemas. */
const OPAQUE_KEYWORDS = new Set(['anyOf', 'oneOf', 'not', 'contains', 'if', 'propertyNames'])

/** Returns the errors without their parents, and without the subschema errors of `OPAQUE_KEYWORDS`. */
function mostSpecific(errors: readonly OutputUnit[]): OutputUnit[] {
  const leaves: OutputUnit[] = []
  let skippedPrefix: string | undefined
  for (const [position, unit] of errors.entries()) {
    if (skippedPrefix !== undefined && unit.keywordLocation.startsWith(skippedPrefix)) continue
    // The error before this one already says that no value is allowed here.
    if (unit.keyword === 'false' && position > 0) continue
    skippedPrefix = OPAQUE_KEYWORDS.has(unit.keyword) ? `${unit.keywordLocation}/` : undefined
    const isParent = errors[position + 1]?.keywordLocation.startsWith(`${unit.keywordLocation}/`) ?? false
    if (skippedPrefix !== undefined || !isParent) leaves.push(unit)
  }
  return leaves
}

function pointerOf({ instanceLocation }: OutputUnit): string {
  return instanceLocation.replace(/^#/, '') || '/'
}

function toViolation({ instanceLocation, error }: OutputUnit, base: string): Violation {
  return { pointer: base + instanceLocation.replace(/^#/, ''), message: error }
}
