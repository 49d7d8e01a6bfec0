// Package wire encodes and decodes the messages of proto/picket/v1 without reflection, for the filter, and for policies,
// whose bytes must be the same on every replica.
//
// Encoders append to the caller's buffer and allocate nothing else. What they write is canonical: fields in order of
// their numbers, zero values left out, repeated numbers packed; the same bytes as protobuf-go's deterministic marshal.
// Strings must be UTF-8: neither side looks here, but protobuf-go refuses the whole message otherwise.
//
// Decoders skip unknown fields, merge a sub-message that stands twice, and take the last of a number that does. A known
// field with another wire type is unknown. Groups are an error. No input makes them panic, and a length that the
// input does not have allocates nothing. Byte slices in a decoded message are views of the input; strings are copies.
package wire

// Error says why input could not be decoded. It is a small number, so that returning one allocates nothing.
type Error uint8

// The errors.
const (
	// ErrTruncated: the input ends within a field.
	ErrTruncated Error = iota + 1
	// ErrVarint: a varint has more than 64 bits.
	ErrVarint
	// ErrTag: a field's number is not within 1 to 2^29-1, or its wire type does not exist.
	ErrTag
	// ErrGroup: a group, which no message here has.
	ErrGroup
	// ErrNeedMore: the piece of a policy ends before its decisions begin; give a longer one.
	ErrNeedMore
	// ErrOrder: a policy does not begin with its checksum, or does not end with its decisions.
	ErrOrder
	// ErrChecksum: a policy is not what its checksum says.
	ErrChecksum
)

// Error says it in words.
func (e Error) Error() string {
	switch e {
	case ErrTruncated:
		return "truncated message"
	case ErrVarint:
		return "varint overflows 64 bits"
	case ErrTag:
		return "invalid field tag"
	case ErrGroup:
		return "groups are not supported"
	case ErrNeedMore:
		return "piece ends before the decisions"
	case ErrOrder:
		return "policy fields out of order"
	case ErrChecksum:
		return "policy checksum mismatch"
	default:
		return "unknown wire error"
	}
}

// orNil is what exported functions return: a nil error for 0.
func (e Error) orNil() error {
	if e == 0 {
		return nil
	}
	return e
}

// Outcome is picket.v1.Outcome.
type Outcome uint32

// The outcomes.
const (
	OutcomeOK          Outcome = 1
	OutcomeDenied      Outcome = 2
	OutcomeNotFound    Outcome = 3
	OutcomeClientError Outcome = 4
	OutcomeServerError Outcome = 5
	OutcomeBlocked     Outcome = 6
	OutcomeThrottled   Outcome = 7
	OutcomeAborted     Outcome = 8
)

// SubjectSource is picket.v1.SubjectSource.
type SubjectSource uint32

// The sources of a subject.
const (
	SubjectSourceJWT   SubjectSource = 1
	SubjectSourceBasic SubjectSource = 2
	SubjectSourceMTLS  SubjectSource = 3
)

// SubjectKind is picket.v1.SubjectKind.
type SubjectKind uint32

// The kinds of subjects.
const (
	SubjectKindJWT   SubjectKind = 1
	SubjectKindBasic SubjectKind = 2
	SubjectKindMTLS  SubjectKind = 3
)

// Mode is picket.v1.Mode.
type Mode uint32

// The modes, the weakest first.
const (
	ModeObserve Mode = 1
	ModeCanary  Mode = 2
	ModeEnforce Mode = 3
)

// FailMode is picket.v1.FailMode.
type FailMode uint32

// The ways to fail.
const (
	FailModeOpen   FailMode = 1
	FailModeClosed FailMode = 2
)

// IPPrivacy is picket.v1.IpPrivacy.
type IPPrivacy uint32

// How an address leaves the node.
const (
	IPPrivacyClear  IPPrivacy = 1
	IPPrivacyPrefix IPPrivacy = 2
	IPPrivacyHashed IPPrivacy = 3
)
