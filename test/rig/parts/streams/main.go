// Command streams speaks port-forward and exec with kubectl, in the protocols and by the code of real kubelets.
// It knows no Pods: who asks for one is led to the rig, by way of a socket.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/exec"
	"time"

	"k8s.io/cri-streaming/pkg/streaming/portforward"
	"k8s.io/cri-streaming/pkg/streaming/remotecommand"
	utilexec "k8s.io/utils/exec"
)

const (
	idleTimeout     = time.Hour
	creationTimeout = 30 * time.Second
)

// order is what the rig is asked, as a line of JSON.
type order struct {
	Type      string   `json:"type"`
	Pod       string   `json:"pod"`
	Port      int32    `json:"port,omitempty"`
	Container string   `json:"container,omitempty"`
	Command   []string `json:"command,omitempty"`
}

// answer is the rig's line of JSON. After a dial that did not fail the connection is the Pod's.
type answer struct {
	Message string   `json:"message"`
	Words   []string `json:"words"`
}

// rig is the path of its socket.
type rig string

func (r rig) ask(what order) (net.Conn, *bufio.Reader, answer, error) {
	var said answer
	conn, err := net.Dial("unix", string(r))
	if err != nil {
		return nil, nil, said, err
	}
	reader := bufio.NewReader(conn)
	if err = json.NewEncoder(conn).Encode(what); err == nil {
		var line []byte
		if line, err = reader.ReadBytes('\n'); err == nil {
			err = json.Unmarshal(line, &said)
		}
	}
	if err == nil && said.Message != "" {
		err = errors.New(said.Message)
	}
	if err != nil {
		conn.Close()
	}
	return conn, reader, said, err
}

// PortForward implements portforward.PortForwarder.
func (r rig) PortForward(_ context.Context, pod string, _ string, port int32, stream io.ReadWriteCloser) error {
	defer stream.Close()
	conn, reader, _, err := r.ask(order{Type: "dial", Pod: pod, Port: port})
	if err != nil {
		return err
	}
	defer conn.Close()
	go func() {
		io.Copy(conn, stream)
		conn.(*net.UnixConn).CloseWrite()
	}()
	_, err = io.Copy(stream, reader)
	return err
}

// ExecInContainer implements remotecommand.Executor. There is no terminal here.
func (r rig) ExecInContainer(ctx context.Context, pod, _, container string, command []string, in io.Reader, out, errOut io.WriteCloser, _ bool, _ <-chan remotecommand.TerminalSize, _ time.Duration) error {
	conn, _, said, err := r.ask(order{Type: "exec", Pod: pod, Container: container, Command: command})
	if err != nil {
		return err
	}
	conn.Close()
	process := exec.CommandContext(ctx, said.Words[0], said.Words[1:]...)
	process.Stdout, process.Stderr = out, errOut
	if in != nil {
		// Not handed over: what the command does not read would be waited for.
		pipe, err := process.StdinPipe()
		if err != nil {
			return err
		}
		go func() {
			io.Copy(pipe, in)
			pipe.Close()
		}()
	}
	err = process.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return utilexec.CodeExitError{Err: err, Code: exit.ExitCode()}
	}
	return err
}

func podOf(request *http.Request) string {
	return request.PathValue("namespace") + "/" + request.PathValue("pod")
}

func (r rig) servePortForward(w http.ResponseWriter, request *http.Request) {
	options, err := portforward.NewV4Options(request)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	portforward.ServePortForward(w, request, r, podOf(request), "", options, idleTimeout, creationTimeout, portforward.SupportedProtocols)
}

func (r rig) serveExec(w http.ResponseWriter, request *http.Request) {
	options, err := remotecommand.NewOptions(request)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	command := request.URL.Query()["command"]
	remotecommand.ServeExec(w, request, r, podOf(request), "", request.PathValue("container"), command, options, idleTimeout, creationTimeout, remotecommand.SupportedStreamingProtocols)
}

func main() {
	if len(os.Args) != 3 {
		log.Fatal("usage: streams SOCKET SOCKET-OF-THE-RIG")
	}
	listener, err := net.Listen("unix", os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	asked := rig(os.Args[2])
	http.HandleFunc("/portForward/{namespace}/{pod}", asked.servePortForward)
	http.HandleFunc("/exec/{namespace}/{pod}/{container}", asked.serveExec)
	fmt.Println("ready")
	log.Fatal(http.Serve(listener, nil))
}
