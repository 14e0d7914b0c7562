-- The checks of a call, as one writes them for nginx: see nginx.conf.
local cjson = require "cjson.safe"
local ffi = require "ffi"

ffi.cdef[[
void *BIO_new_mem_buf(const void *buffer, int length);
void *PEM_read_bio_PUBKEY(void *bio, void *key, void *callback, void *argument);
void *EVP_MD_CTX_new(void);
void EVP_MD_CTX_free(void *context);
const void *EVP_sha256(void);
int EVP_DigestVerifyInit(void *context, void **inner, const void *digest, void *engine, void *key);
int EVP_DigestVerify(void *context, const char *signature, size_t signature_length,
                     const char *text, size_t length);
]]
local crypto = ffi.load("libcrypto.so.3")

local M = {}
local CALLS, SECONDS = 1000000000, 86400
local given, public_key, visible
local readings, tokens = {}, {}

function M.load(path)
  local file = assert(io.open(path))
  given = assert(cjson.decode(file:read("*a")))
  file:close()
  for key, organisation in pairs(given.keys) do
    assert(ngx.shared.keys:safe_set(key, organisation))
  end
  for _, reading in ipairs(given.readings) do
    readings[reading.location.name:lower()] = reading
  end
  visible = given.visible
  local pem = given.public_key
  public_key = crypto.PEM_read_bio_PUBKEY(crypto.BIO_new_mem_buf(pem, #pem), nil, nil, nil)
  assert(public_key ~= nil)
end

local function decoded(text)
  text = text:gsub("-", "+"):gsub("_", "/")
  return ngx.decode_base64(text .. ("="):rep(-#text % 4))
end

local function signature_is_right(text, signature)
  local context = crypto.EVP_MD_CTX_new()
  local right = crypto.EVP_DigestVerifyInit(context, nil, crypto.EVP_sha256(), nil, public_key) == 1
    and crypto.EVP_DigestVerify(context, signature, #signature, text, #text) == 1
  crypto.EVP_MD_CTX_free(context)
  return right
end

local function verified(token)
  local head, body, signature = token:match("^([%w_-]+)%.([%w_-]+)%.([%w_-]+)$")
  if not head then return nil end
  local header = cjson.decode(decoded(head) or "")
  if not header or header.alg ~= "RS256" then return nil end
  if not signature_is_right(head .. "." .. body, decoded(signature)) then return nil end
  local claims = cjson.decode(decoded(body) or "")
  if not claims or claims.iss ~= given.issuer or claims.aud ~= given.issuer then return nil end
  return claims
end

local function claims_of(token)
  local claims = tokens[token]
  if not claims then
    claims = verified(token)
    tokens[token] = claims
  end
  return claims and claims.exp > ngx.time() and claims or nil
end

local function filtered(reading)
  local shown = {}
  for i = 1, #visible do
    local name = visible[i]
    shown[name] = reading[name]
  end
  return shown
end

function M.answer()
  local authorization = ngx.var.http_authorization
  local key = ngx.var.http_ocp_apim_subscription_key
  if not authorization or not key then return ngx.exit(401) end
  local claims = claims_of(authorization:sub(8))
  local organisation = ngx.shared.keys:get(key)
  if not claims or not organisation or claims.org ~= organisation then return ngx.exit(401) end
  if ngx.shared.limits:incr(organisation, 1, 0, SECONDS) > CALLS then return ngx.exit(429) end
  ngx.shared.meter:incr(organisation, 1, 0)
  local reading = readings[(ngx.var.arg_location or ""):lower()]
  if not reading then return ngx.exit(400) end
  local body = cjson.encode({ filtered(reading) })
  ngx.header["Content-Length"] = #body
  ngx.print(body)
end

return M
