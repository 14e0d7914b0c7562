// fastify with fast-jwt: verified tokens are cached, the response schema is the filter.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const [, , folder, given_path, port] = process.argv
const require = createRequire(`${folder}/package.json`)
const fastify = require('fastify')
const { createVerifier } = require('fast-jwt')

const given = JSON.parse(readFileSync(given_path))
const keys = new Map(Object.entries(given.keys))
const readings = new Map(given.readings.map(one => [one.location.name.toLowerCase(), one]))
const verify = createVerifier({
  key: given.public_key,
  algorithms: ['RS256'],
  allowedIss: given.issuer,
  allowedAud: given.issuer,
  cache: true
})
const CALLS = 1e9
const DAY = 86_400_000
const windows = new Map()
const meter = new Map()

function spend (organisation) {
  const now = Date.now()
  let window = windows.get(organisation)
  if (window === undefined || now - window.start >= DAY) {
    window = { start: now, calls: 0 }
    windows.set(organisation, window)
  }
  window.calls += 1
  return window.calls <= CALLS
}

function kind (value) {
  if (typeof value === 'string') return { type: 'string' }
  if (typeof value === 'number') return { type: 'number' }
  const properties = Object.fromEntries(Object.entries(value).map(([n, v]) => [n, kind(v)]))
  return { type: 'object', properties }
}

const shape = kind(given.readings[0])
for (const name of given.hidden) delete shape.properties[name]
const schema = { response: { 200: { type: 'array', items: shape } } }
const app = fastify({ logger: false })

app.addHook('onRequest', async (request, reply) => {
  const authorization = request.headers.authorization
  const organisation = keys.get(request.headers['ocp-apim-subscription-key'])
  let claims
  try {
    claims = verify(authorization.slice(7))
  } catch {
    return reply.code(401).send()
  }
  if (organisation === undefined || organisation !== claims.org) return reply.code(401).send()
  if (!spend(organisation)) return reply.code(429).send()
  meter.set(organisation, (meter.get(organisation) ?? 0) + 1)
})

app.get(given.path, { schema }, (request, reply) => {
  const reading = readings.get((request.query.location ?? '').toLowerCase())
  if (reading === undefined) reply.code(400).send()
  else reply.send([reading])
})

await app.listen({ port: Number(port), host: '127.0.0.1' })
