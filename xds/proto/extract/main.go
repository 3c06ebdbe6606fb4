// Command extract writes the part of Envoy's API that this project speaks as a FileDescriptorSet.
//
// The Go packages of go-control-plane carry their descriptors; this program starts at the messages
// named in roots, keeps whatever they reach, and drops the rest, every service and every option
// (validation rules and annotations, which the generated code does not read).
//
//	cd xds/proto/extract && go run . ../envoy.binpb
package main

import (
	"log"
	"os"
	"slices"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"

	_ "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	_ "github.com/envoyproxy/go-control-plane/envoy/config/endpoint/v3"
	_ "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	_ "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	_ "github.com/envoyproxy/go-control-plane/envoy/extensions/access_loggers/file/v3"
	_ "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/lua/v3"
	_ "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/router/v3"
	_ "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/listener/proxy_protocol/v3"
	_ "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/listener/tls_inspector/v3"
	_ "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	_ "github.com/envoyproxy/go-control-plane/envoy/extensions/http/early_header_mutation/header_mutation/v3"
	_ "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/tls/v3"
	_ "github.com/envoyproxy/go-control-plane/envoy/extensions/upstreams/http/v3"
	_ "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	_ "github.com/envoyproxy/go-control-plane/envoy/service/runtime/v3"
)

var roots = []protoreflect.FullName{
	"envoy.config.cluster.v3.Cluster",
	"envoy.config.endpoint.v3.ClusterLoadAssignment",
	"envoy.config.listener.v3.Listener",
	"envoy.config.route.v3.FilterConfig",
	"envoy.config.route.v3.RouteConfiguration",
	"envoy.config.route.v3.ScopedRouteConfiguration",
	"envoy.extensions.access_loggers.file.v3.FileAccessLog",
	"envoy.extensions.filters.http.lua.v3.Lua",
	"envoy.extensions.filters.http.router.v3.Router",
	"envoy.extensions.filters.listener.proxy_protocol.v3.ProxyProtocol",
	"envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector",
	"envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
	"envoy.extensions.http.early_header_mutation.header_mutation.v3.HeaderMutation",
	"envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext",
	"envoy.extensions.transport_sockets.tls.v3.Secret",
	"envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext",
	"envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
	"envoy.service.discovery.v3.DeltaDiscoveryRequest",
	"envoy.service.discovery.v3.DeltaDiscoveryResponse",
	"envoy.service.discovery.v3.DiscoveryRequest",
	"envoy.service.discovery.v3.DiscoveryResponse",
	"envoy.service.runtime.v3.Runtime",
	"google.rpc.Status",
}

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("usage: go run . FILE")
	}
	reached := reached{}
	for _, root := range roots {
		found, err := protoregistry.GlobalFiles.FindDescriptorByName(root)
		if err != nil {
			log.Fatalf("%s: %v", root, err)
		}
		reached.message(found.(protoreflect.MessageDescriptor))
	}
	// Deterministic, so that the committed file changes only with Envoy's API or the roots.
	bytes, err := proto.MarshalOptions{Deterministic: true}.Marshal(reached.set())
	if err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile(os.Args[1], bytes, 0o644); err != nil {
		log.Fatal(err)
	}
}

// reached holds the messages and enums to keep, by full name.
type reached map[protoreflect.FullName]protoreflect.Descriptor

func (r reached) message(m protoreflect.MessageDescriptor) {
	if _, seen := r[m.FullName()]; seen {
		return
	}
	r[m.FullName()] = m
	for i := range m.Fields().Len() {
		field := m.Fields().Get(i)
		if field.Message() != nil {
			r.message(field.Message())
		}
		if field.Enum() != nil {
			r[field.Enum().FullName()] = field.Enum()
		}
	}
}

// set groups what was reached by file, imports before importers.
func (r reached) set() *descriptorpb.FileDescriptorSet {
	files := map[string]protoreflect.FileDescriptor{}
	for _, d := range r {
		files[d.ParentFile().Path()] = d.ParentFile()
	}
	set := &descriptorpb.FileDescriptorSet{}
	done := map[string]bool{}
	var add func(path string)
	add = func(path string) {
		if done[path] {
			return
		}
		done[path] = true
		pruned := r.prune(files[path])
		for _, dependency := range pruned.Dependency {
			add(dependency)
		}
		set.File = append(set.File, pruned)
	}
	paths := []string{}
	for path := range files {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	for _, path := range paths {
		add(path)
	}
	return set
}

// prune keeps of a file what was reached, and imports only what the kept fields name.
func (r reached) prune(file protoreflect.FileDescriptor) *descriptorpb.FileDescriptorProto {
	full := protodesc.ToFileDescriptorProto(file)
	imports := map[string]bool{}
	return &descriptorpb.FileDescriptorProto{
		Name:        full.Name,
		Package:     full.Package,
		Syntax:      full.Syntax,
		MessageType: r.messages(full.MessageType, file.Package(), imports),
		EnumType:    r.enums(full.EnumType, file.Package()),
		Dependency:  sortedImports(imports, file.Path()),
	}
}

func (r reached) messages(all []*descriptorpb.DescriptorProto, scope protoreflect.FullName, imports map[string]bool) []*descriptorpb.DescriptorProto {
	kept := []*descriptorpb.DescriptorProto{}
	for _, message := range all {
		name := scope.Append(protoreflect.Name(message.GetName()))
		nested := r.messages(message.NestedType, name, imports)
		enums := r.enums(message.EnumType, name)
		found, itself := r[name]
		if !itself && len(nested) == 0 && len(enums) == 0 {
			continue
		}
		pruned := &descriptorpb.DescriptorProto{Name: message.Name, NestedType: nested, EnumType: enums}
		if itself {
			pruned.Field = bareFields(message.Field)
			pruned.OneofDecl = message.OneofDecl
			if message.GetOptions().GetMapEntry() {
				pruned.Options = &descriptorpb.MessageOptions{MapEntry: proto.Bool(true)}
			}
			for _, oneof := range pruned.OneofDecl {
				oneof.Options = nil
			}
			noteImports(found.(protoreflect.MessageDescriptor), imports)
		}
		kept = append(kept, pruned)
	}
	return kept
}

func (r reached) enums(all []*descriptorpb.EnumDescriptorProto, scope protoreflect.FullName) []*descriptorpb.EnumDescriptorProto {
	kept := []*descriptorpb.EnumDescriptorProto{}
	for _, enum := range all {
		if _, ok := r[scope.Append(protoreflect.Name(enum.GetName()))]; !ok {
			continue
		}
		for _, value := range enum.Value {
			value.Options = nil
		}
		if enum.GetOptions().GetAllowAlias() {
			enum.Options = &descriptorpb.EnumOptions{AllowAlias: proto.Bool(true)}
		} else {
			enum.Options = nil
		}
		kept = append(kept, enum)
	}
	return kept
}

func bareFields(fields []*descriptorpb.FieldDescriptorProto) []*descriptorpb.FieldDescriptorProto {
	for _, field := range fields {
		options := field.GetOptions()
		field.Options = nil
		if options != nil && options.Packed != nil {
			field.Options = &descriptorpb.FieldOptions{Packed: options.Packed}
		}
	}
	return fields
}

func noteImports(message protoreflect.MessageDescriptor, imports map[string]bool) {
	for i := range message.Fields().Len() {
		field := message.Fields().Get(i)
		if field.Message() != nil {
			imports[field.Message().ParentFile().Path()] = true
		}
		if field.Enum() != nil {
			imports[field.Enum().ParentFile().Path()] = true
		}
	}
}

func sortedImports(imports map[string]bool, self string) []string {
	paths := []string{}
	for path := range imports {
		if path != self {
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	return paths
}
