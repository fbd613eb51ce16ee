class Foo:
    # +k8s:eachVal=maxLength
    # +k8s:subfield(a)=+genclient
    # +k8s:subfield=+k8s:maxLength=1
    # +k8s:eachVal=+k8s:maxLength=long
    # +k8s:eachKey=+k8s:maxLenght=3
    bar: str
